#include "cli/generate_options.h"

#include <iostream>
#include <iterator>

#include "cudal1/cli/destination.h"
#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/core/rng.h"

namespace cudal1::cli {
namespace {

constexpr uint64_t kMaxPromptBytes = 64u << 20;
constexpr double kLeastTemperature = 1e-4;  // logits divided by less leave single precision

std::string read_prompt(const std::string& path) {
  if (path != "-") return read_file(path, kMaxPromptBytes);
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

model::Sampling sampling_of(const Settings& settings) {
  model::Sampling sampling;
  sampling.max_tokens = int64_t(settings.count("max-tokens").value_or(512));
  sampling.temperature = settings.number("temperature").value_or(1);
  sampling.top_k = int64_t(settings.count("top-k").value_or(0));
  sampling.top_p = settings.number("top-p").value_or(1);
  sampling.min_p = settings.number("min-p").value_or(0);
  sampling.repetition_penalty = settings.number("repetition-penalty").value_or(1);
  sampling.stop = settings.of("stop").values;
  return sampling;
}

std::vector<uint64_t> seeds_of(uint64_t seed, uint64_t count) {
  Rng rng(seed);
  std::vector<uint64_t> seeds(count);
  for (uint64_t& one : seeds) one = rng.next();
  return seeds;
}

struct CountRange {
  const char* name;
  uint64_t least, most;
};

void refuse_counts(const Settings& settings) {
  constexpr CountRange kRanges[] = {
      {"n", 1, 100'000}, {"batch", 1, 65'536}, {"max-tokens", 1, 1u << 30}, {"top-k", 0, 1u << 30}};
  for (const auto& [name, least, most] : kRanges) {
    const uint64_t count = *settings.count(name);
    const std::string option = std::string("--") + name;
    if (count < least) throw UsageError(option + " must be at least " + std::to_string(least));
    if (count > most) throw UsageError(option + " must be at most " + std::to_string(most));
  }
}

bool is_given(const Settings& settings, const char* name) {
  return settings.of(name).source != "default";
}

}  // namespace

policy::ModelOptions model_options(const Settings& settings) {
  policy::ModelOptions options;
  options.folder = settings.text("model");
  if (settings.is_set("adapter")) options.adapter = settings.text("adapter");
  const std::string& device = settings.text("model-device");
  options.device = device == "cuda"  ? policy::ComputeDevice::kCuda
                   : device == "cpu" ? policy::ComputeDevice::kCpu
                                     : policy::ComputeDevice::kAuto;
  for (const auto type :
       {model::WeightType::kFloat32, model::WeightType::kBFloat16, model::WeightType::kFloat16})
    if (settings.text("model-type") == model::name_of(type)) options.type = type;
  options.max_batch = int64_t(settings.count("batch").value_or(64));
  options.deterministic = settings.on("deterministic");
  return options;
}

policy::ServerOptions server_options(const Settings& settings) {
  policy::ServerOptions options;
  options.url = settings.text("server");
  options.model = settings.text("model");
  options.key_variable = settings.text("server-key-variable");
  if (is_given(settings, "batch")) options.most_requests = size_t(*settings.count("batch"));
  if (is_given(settings, "seed")) options.requests = policy::Requests::kApart;
  return options;
}

void refuse_nonsense(const Settings& settings) {
  if (!settings.is_set("model"))
    throw UsageError("generate needs --model DIR",
                     "DIR is a folder as Hugging Face has them, or with --server a name.");
  if (!settings.is_set("prompt"))
    throw UsageError("generate needs --prompt FILE", "--prompt - reads the text from stdin.");
  if (settings.is_set("system") && !settings.on("chat"))
    throw UsageError("--system is of use with --chat only",
                     "Add --chat, or put it into the prompt.");
  for (const char* name : {"top-p", "min-p"})
    if (*settings.number(name) > 1)
      throw UsageError(std::string("--") + name + " is a probability, at most 1, not " +
                       settings.text(name));
  refuse_counts(settings);
  const double temperature = *settings.number("temperature");
  if (temperature > 0 && temperature < kLeastTemperature)
    throw UsageError(
        "--temperature must be 0 or at least 0.0001, not " + settings.text("temperature"),
        "0 always takes the most likely token.");
  if (*settings.number("repetition-penalty") <= 0)
    throw UsageError("--repetition-penalty must be more than 0");
  if (settings.is_set("server"))
    for (const char* name : {"adapter", "model-device", "model-type", "deterministic"})
      if (is_given(settings, name))
        throw UsageError(std::string("--") + name + " is of no use with --server",
                         "The server decides that; leave it out.");
  if (settings.is_set("json") && settings.text("json") != "-")
    require_writable(settings.text("json"));
}

policy::Question question_of(const Settings& settings, uint64_t seed) {
  policy::Question question;
  question.chat = settings.on("chat");
  if (settings.is_set("system")) question.messages.push_back({"system", settings.text("system")});
  question.messages.push_back({"user", read_prompt(settings.text("prompt"))});
  question.sampling = sampling_of(settings);
  question.seeds = seeds_of(seed, *settings.count("n"));
  return question;
}

}  // namespace cudal1::cli
