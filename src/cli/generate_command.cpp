// generate: prompt → policy → texts.
#include <chrono>
#include <iostream>
#include <iterator>

#include "cli/json_parts.h"
#include "cudal1/cli/destination.h"
#include "cudal1/cli/interrupt.h"
#include "cudal1/cli/invocation.h"
#include "cudal1/cli/screen.h"
#include "cudal1/cli/values.h"
#include "cudal1/core/files.h"
#include "cudal1/core/rng.h"

namespace cudal1::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kMaxPromptBytes = 64u << 20;

std::string read_prompt(const std::string& path) {
  if (path != "-") return read_file(path, kMaxPromptBytes);
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

policy::ModelOptions model_options(const Settings& settings) {
  policy::ModelOptions options;
  options.folder = settings.text("model");
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

void refuse_nonsense(const Settings& settings) {
  if (!settings.is_set("model"))
    throw UsageError("generate needs --model DIR", "DIR is a folder as Hugging Face has them.");
  if (!settings.is_set("prompt"))
    throw UsageError("generate needs --prompt FILE", "--prompt - reads the text from stdin.");
  if (settings.is_set("system") && !settings.on("chat"))
    throw UsageError("--system is of use with --chat only",
                     "Add --chat, or put it into the prompt.");
  for (const char* name : {"top-p", "min-p"})
    if (*settings.number(name) > 1)
      throw UsageError(std::string("--") + name + " is a probability, at most 1, not " +
                       settings.text(name));
  for (const char* name : {"n", "batch", "max-tokens"})
    if (*settings.count(name) == 0)
      throw UsageError(std::string("--") + name + " must be at least 1");
  if (*settings.count("n") > 100'000) throw UsageError("--n must be at most 100000");
  if (*settings.number("repetition-penalty") <= 0)
    throw UsageError("--repetition-penalty must be more than 0");
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

std::string as_json(const Invocation& invocation, const std::string& model, uint64_t seed,
                    const std::vector<policy::Completion>& answers) {
  Json json = result_head("cudal1.generate/1.0.0", invocation.argv);
  json["model"] = model;
  json["seed"] = seed;
  json["completions"] = Json::array();
  for (const policy::Completion& answer : answers)
    json["completions"].push_back({{"text", answer.text},
                                   {"token_ids", answer.tokens},
                                   {"logprobs", answer.logprobs},
                                   {"finish_reason", answer.finish_reason}});
  return dumped(json);
}

// One text was shown as it came.
void show_all(const std::vector<policy::Completion>& answers, Screen& screen) {
  if (answers.size() == 1) return screen.report("\n");
  for (size_t i = 0; i < answers.size(); ++i)
    screen.report(screen.report_style().dim("--- " + std::to_string(i + 1) + " of " +
                                            std::to_string(answers.size()) + ", " +
                                            answers[i].finish_reason) +
                  "\n" + answers[i].text + "\n");
}

std::string rate(const std::vector<policy::Completion>& answers, Clock::time_point begin) {
  size_t tokens = 0;
  for (const policy::Completion& answer : answers) tokens += answer.tokens.size();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return std::to_string(tokens) + " tokens in " +
         show_duration(std::chrono::milliseconds(int64_t(seconds * 1000))) + ", " +
         show_fixed(double(tokens) / seconds, 1) + " a second";
}

}  // namespace

ExitCode generate_command(const Invocation& invocation, Screen& screen) {
  const Settings& settings = invocation.settings;
  refuse_nonsense(settings);
  const policy::ModelOptions options = model_options(settings);
  if (settings.on("dry-run")) {
    const model::ModelConfig config = model::read_config(options.folder);
    screen.data("model       " + options.folder.string() + ", " + model::name_of(config.family) +
                ", " + std::to_string(config.parameters()) +
                " parameters\nNothing was run: --dry-run.\n");
    return ExitCode::kDone;
  }
  const uint64_t seed = settings.count("seed").value_or(secret_seed() >> 12);
  const policy::Question question = question_of(settings, seed);
  const auto policy = invocation.services.open_model(options);

  const InterruptScope interrupt;
  const auto begin = Clock::now();
  const auto show = [&](size_t, size_t, const std::string& added) { screen.report(added); };
  const auto answers =
      policy->complete(std::span(&question, 1),
                       question.seeds.size() == 1 ? show : policy::OnText(), interrupt.token());
  show_all(answers[0], screen);
  screen.remark(rate(answers[0], begin));
  screen.write_json(settings.text("json"), as_json(invocation, policy->name(), seed, answers[0]));
  return interrupt.token().stop_requested() ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace cudal1::cli
