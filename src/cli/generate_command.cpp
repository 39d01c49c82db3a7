// generate: prompt → policy → texts.
#include <algorithm>
#include <chrono>

#include "cli/generate_options.h"
#include "cli/json_parts.h"
#include "cudal1/cli/interrupt.h"
#include "cudal1/cli/invocation.h"
#include "cudal1/cli/screen.h"
#include "cudal1/cli/values.h"
#include "cudal1/core/elapsed.h"
#include "cudal1/core/rng.h"
#include "cudal1/core/visible.h"
#include "cudal1/model/lora_files.h"

namespace cudal1::cli {
namespace {

using Clock = std::chrono::steady_clock;

std::unique_ptr<policy::Policy> open_policy(const Invocation& invocation) {
  const Settings& settings = invocation.settings;
  if (settings.is_set("server")) return invocation.services.open_server(server_options(settings));
  return invocation.services.open_model(model_options(settings));
}

std::string what_would_be_asked(const Invocation& invocation) {
  const Settings& settings = invocation.settings;
  if (settings.is_set("server"))  // nothing is sent yet
    return "model       " + open_policy(invocation)->name() + " at " + settings.text("server") +
           "\n";
  const std::filesystem::path folder = settings.text("model");
  const model::ModelConfig config = model::read_config(folder);
  std::string text = "model       " + folder.string() + ", " + model::name_of(config.family) +
                     ", " + std::to_string(config.parameters()) + " parameters\n";
  if (!settings.is_set("adapter")) return text;
  const auto adapter = model::Adapter::open(settings.text("adapter"), config);
  return text + "adapter     " + settings.text("adapter") + ", rank " +
         std::to_string(adapter.shape().rank) + "\n";
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
                  "\n" + visible(answers[i].text) + "\n");
}

std::string rate(const std::vector<policy::Completion>& answers, Clock::time_point begin) {
  size_t tokens = 0;  // a server may tell log-probabilities alone
  for (const policy::Completion& answer : answers)
    tokens += std::max(answer.tokens.size(), answer.logprobs.size());
  const double seconds = seconds_since(begin);
  return std::to_string(tokens) + " tokens in " +
         show_duration(std::chrono::milliseconds(int64_t(seconds * 1000))) + ", " +
         show_fixed(double(tokens) / seconds, 1) + " a second";
}

}  // namespace

ExitCode generate_command(const Invocation& invocation, Screen& screen) {
  const Settings& settings = invocation.settings;
  refuse_nonsense(settings);
  if (settings.on("dry-run")) {
    screen.data(what_would_be_asked(invocation) + "Nothing was run: --dry-run.\n");
    return ExitCode::kDone;
  }
  const uint64_t seed = settings.count("seed").value_or(secret_seed() >> 12);
  const policy::Question question = question_of(settings, seed);
  const auto policy = open_policy(invocation);

  const InterruptScope interrupt;
  const auto begin = Clock::now();
  const auto show = [&](size_t, size_t, const std::string& added) {
    screen.report(visible(added));  // a terminal takes control characters for orders
  };
  const auto answers =
      policy->complete(std::span(&question, 1),
                       question.seeds.size() == 1 ? show : policy::OnText(), interrupt.token());
  show_all(answers[0], screen);
  screen.remark(rate(answers[0], begin));
  screen.write_json(settings.text("json"), as_json(invocation, policy->name(), seed, answers[0]));
  return interrupt.token().stop_requested() ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace cudal1::cli
