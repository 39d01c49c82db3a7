#include "cudal1/cli/options.h"

#include <algorithm>

namespace cudal1::cli {
namespace {

constexpr unsigned kAll = kOptimize | kEval | kCheck | kDoctor | kSelftest | kGenerate | kTrain;
constexpr unsigned kEvaluates = kOptimize | kEval;
constexpr unsigned kJudges = kEvaluates | kSelftest;
using enum OptionType;

const std::vector<Option>& table() {
  static const std::vector<Option> options = {
      // What to work on.
      {"reference", 0, kPath, kEvaluates, "FILE", "",
       "The program whose results are right and whose time is to be beaten. Default: the given "
       "file itself."},
      {"call", 0, kText, kEvaluates | kCheck, "EXPR", "",
       "One expression of the host language in place of inputs(): a call of a host function or a "
       "launch of a kernel. "
       "x[n] is a fresh array of the parameter's type. NAME=value arguments are its variables."},
      {"spec", 0, kPath, kEvaluates, "JSON", "",
       "Describes a kernel without host code, in the T1 format of the autotuning community. "
       "NAME=value arguments "
       "override its sizes and scalars."},
      {"tune", 0, kAssignments, kEvaluates, "NAME=value", "",
       "Fixes a tune parameter. May be given several times."},
      {"only", 0, kText, kSelftest, "PATTERN", "",
       "Only cheats and tasks with PATTERN in their name. Default: all of them."},
      {"corpus", 0, kPath, kSelftest, "DIR", "",
       "Folder of the cheats. Default: tests/evaluate/cheats of this installation."},
      // How to judge.
      {"device",
       0,
       kChoice,
       kJudges,
       "auto|cuda|sim",
       "auto",
       "Where candidates run: the GPU, or the simulator, whose times are predictions. auto: the "
       "GPU where there is one.",
       {"auto", "cuda", "sim"}},
      {"gpu-spec", 0, kPath, kJudges | kCheck, "FILE", "",
       "The GPU that the simulator stands for, as in configs/gpus/. Default: "
       "configs/gpus/h200.json."},
      {"trials", 0, kCount, kJudges, "N", "3",
       "Fresh random trials of inputs() per candidate, besides every inputs_*()."},
      {"tolerance",
       0,
       kChoice,
       kJudges,
       "noise-floor|kernelbench",
       "noise-floor",
       "How wrong a result may be. noise-floor: by its type, and where the reference is plain ATen by the reference's own "
       "distance from double precision; on several distributions of the inputs. kernelbench: what KernelBench's "
       "evaluator allows, on the task's own inputs alone, for numbers that compare.",
       {"noise-floor", "kernelbench"}},
      {"precise", 0, kSwitch, kOptimize, "", "",
       "Times every candidate as long as a result that is told, not only the winner: three times slower, for "
       "variants that differ by a per cent."},
      {"energy", 0, kSwitch, kEvaluates, "", "",
       "Measures the energy of a call as well, ten seconds more: of eval's candidate, of what optimize confirms. "
       "Needs a GPU with NVML."},
      {"seed", 0, kCount, kJudges | kGenerate, "N", "",
       "Seed of all that is drawn (inputs, search order, texts), for exact repetition. Default: fresh and "
       "secret, as a candidate must not know it."},
      // Of a language model.
      {"model", 0, kPath, kGenerate, "DIR", "",
       "A Hugging Face folder: config.json, tokenizer.json and safetensors of a Qwen2, Qwen2.5, Qwen3 or Llama-3 model. "
       "With --server the model's name there."},
      {"adapter", 0, kPath, kGenerate, "DIR", "",
       "A folder with a low-rank adapter as peft has it, which is merged into the model."},
      {"server", 0, kText, kGenerate, "URL", "",
       "A server that speaks OpenAI's protocol is asked in place of a model in this process: http://localhost:8000/v1."},
      {"server-key-variable", 0, kText, kGenerate, "NAME", "OPENAI_API_KEY",
       "The environment variable that holds the server's key; it may be unset where the server asks for none."},
      {"model-device",
       0,
       kChoice,
       kGenerate,
       "auto|cuda|cpu",
       "auto",
       "Where the model runs. auto: the GPU where there is one.",
       {"auto", "cuda", "cpu"}},
      {"model-type",
       0,
       kChoice,
       kGenerate,
       "auto|float32|bfloat16|float16",
       "auto",
       "What it calculates with. auto: the checkpoint's own type on a GPU, float32 on a CPU.",
       {"auto", "float32", "bfloat16", "float16"}},
      {"prompt", 0, kPath, kGenerate, "FILE", "", "The text to go on with, or the message with --chat; - is stdin."},
      {"chat", 0, kSwitch, kGenerate, "", "", "The prompt is a message, put as the model's chat template has it."},
      {"system", 0, kText, kGenerate, "TEXT", "", "What comes before the message, with --chat."},
      {"n", 'n', kCount, kGenerate, "N", "1", "So many texts. The prompt is read once for all."},
      {"max-tokens", 0, kCount, kGenerate, "N", "512", "A text ends after so many tokens at the latest."},
      {"temperature", 0, kNumber, kGenerate, "T", "1", "Logits are divided by it; 0 always takes the most likely token."},
      {"top-k", 0, kCount, kGenerate, "N", "0", "Only the N most likely tokens; 0: all."},
      {"top-p", 0, kNumber, kGenerate, "P", "1", "Only the most likely tokens that have this probability together."},
      {"min-p", 0, kNumber, kGenerate, "P", "0", "Only tokens with at least this share of the most likely one's probability."},
      {"repetition-penalty", 0, kNumber, kGenerate, "R", "1",
       "Above 1: tokens that occurred become less likely, as in transformers."},
      {"stop", 0, kTexts, kGenerate, "TEXT", "", "A text that ends what is generated. May be given several times."},
      {"batch", 0, kCount, kGenerate, "N", "64", "Texts that are generated at the same time, at most. With --server: requests, 8 by default."},
      {"deterministic", 0, kSwitch, kGenerate, "", "",
       "The same seed gives the same text whatever else is generated beside it; slower."},
      {"slots", 0, kCount, kOptimize | kSelftest, "N", "0",
       "Candidates evaluated at the same time. 0: one on a GPU, half the cores on the simulator."},
      // When to stop.
      {"max-evals", 0, kCount, kOptimize, "N", "200", "Stop after this many evaluated candidates."},
      {"max-time", 0, kDuration, kOptimize, "SECONDS", "",
       "Stop after this time: 90, 90s, 5m, 1.5h. Default: no limit."},
      {"patience", 0, kCount, kOptimize, "N", "",
       "Stop after this many candidates in a row without a gain. Default: no limit."},
      // What to write.
      {"output", 'o', kPath, kOptimize, "FILE", "",
       "Where the winner goes; never overwrites. Default: NAME.opt.cu beside the input, then "
       "NAME.opt-2.cu and so on."},
      {"run-dir",
       0,
       kPath,
       kOptimize | kTrain,
       "DIR",
       "",
       "Folder of this run's journal and logs. Default: cudal1-runs/NAME-DATE.",
       {},
       Places::kEverywhere,
       {{kTrain,
         "Folder of this run's configuration, metrics, checkpoints and result. Default: "
         "cudal1-runs/train-DATE."}}},
      {"resume",
       0,
       kPath,
       kOptimize | kTrain,
       "DIR",
       "",
       "Goes on with the run in DIR: nothing that was evaluated is evaluated again.",
       {},
       Places::kFlagOnly,
       {{kTrain,
         "Goes on from the last checkpoint of the run in DIR, with the configuration it was "
         "started with."}}},
      {"host-only", 0, kSwitch, kCheck, "", "", "Skips the compilation of the device side."},
      {"json",
       0,
       kPath,
       kAll,
       "FILE",
       "",
       "Writes the result as JSON, too; - is stdout (the report then goes to stderr).",
       {},
       Places::kFlagOnly},
      // How to talk.
      {"color",
       0,
       kChoice,
       kAll,
       "auto|always|never",
       "auto",
       "Colours. auto: on a terminal, unless NO_COLOR is set.",
       {"auto", "always", "never"}},
      {"quiet", 'q', kSwitch, kAll, "", "", "No progress and no remarks on stderr, only errors."},
      {"verbose", 'v', kSwitch, kAll, "", "",
       "More remarks on stderr: every candidate with its verdict."},
      {"config",
       0,
       kPaths,
       kAll,
       "FILE",
       "",
       "JSON file with options: {\"trials\": 5}. May be given several times; later files win over "
       "earlier ones.",
       {},
       Places::kFlagOnly,
       {{kTrain, "What to train, from what and how: the same as FILE."}}},
      {"print-config",
       0,
       kSwitch,
       kAll,
       "",
       "",
       "Prints every option with its value and where it comes from, and stops.",
       {},
       Places::kFlagOnly},
      {"dry-run",
       0,
       kSwitch,
       kAll,
       "",
       "",
       "Checks everything that can be checked without running, says what would be done, and stops.",
       {},
       Places::kFlagOnly},
  };
  return options;
}

}  // namespace

std::string Option::flag() const { return "--" + std::string(name); }

std::string Option::environment() const {
  std::string result = "CUDAL1_";
  for (const char c : name)
    result += c == '-' ? '_' : char(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

bool Option::has_own_meaning(Verb verb) const {
  return std::ranges::any_of(own, [&](const OwnMeaning& one) { return (one.verbs & verb) != 0; });
}

std::string_view Option::help_for(Verb verb) const {
  for (const OwnMeaning& one : own)
    if (one.verbs & verb) return one.help;
  return help;
}

std::span<const Option> all_options() { return table(); }

std::vector<const Option*> options_of(Verb verb) {
  std::vector<const Option*> result;
  for (const Option& option : table())
    if (option.verbs & verb) result.push_back(&option);
  return result;
}

const Option* find_option(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &Option::name);
  return found == table().end() ? nullptr : &*found;
}

}  // namespace cudal1::cli
