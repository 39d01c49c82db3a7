#include "cudal1/cli/verbs.h"

#include <algorithm>

#include "cudal1/core/assert.h"

namespace cudal1::cli {
namespace {

const std::vector<VerbInfo>& table() {
  static const std::vector<VerbInfo> verbs = {
      {kOptimize,
       "optimize",
       "cudal1 optimize FILE [NAME=value …] [options]",
       "finds a faster variant of a program and proves it",
       "Searches variants of the program in FILE: settings of its tune parameters and, where the "
       "host side makes that "
       "safe, other block sizes. Every variant is compiled, checked against the reference on fresh "
       "random inputs and "
       "timed against it in interleaved blocks. The best one is measured again in a fresh process "
       "before it is "
       "reported. What is written is never slower than the original.\n\n"
       "A program is one .cu file that nvcc compiles against LibTorch: kernels, a host function "
       "forward(…), and "
       "inputs() that returns what it is timed on; every inputs_*() is another case that must come "
       "out right. Files "
       "without these are taken with --call or --spec.\n\n"
       "Without a GPU the simulator runs the kernels on the CPU and predicts times for the GPU of "
       "--gpu-spec; "
       "predicted times are labelled as such everywhere.",
       {{"FILE", "the program"},
        {"NAME=value", "variables of --call, sizes and scalars of --spec"}},
       {{"cudal1 optimize kernel.cu", "writes kernel.opt.cu when something faster was found"},
        {"cudal1 optimize kernel.cu --max-time 5m --patience 50", "bounds the search"},
        {"cudal1 optimize saxpy.cu --call 'saxpy<<<(n + 255) / 256, 256>>>(n, 2.0f, x[n], y[n])' "
         "n=16777216",
         "a bare kernel"},
        {"cudal1 optimize kernel.cu --device sim --json -",
         "predicted times, result as JSON on stdout"},
        {"cudal1 optimize --resume cudal1-runs/kernel-20260131T120000Z",
         "goes on with an interrupted run"}}},
      {kEval,
       "eval",
       "cudal1 eval FILE [NAME=value …] [--reference FILE] [options]",
       "judges one program: verdict, and time against a reference",
       "Compiles the candidate in FILE, checks its results against the reference's on fresh random "
       "inputs, and times "
       "both in interleaved blocks. Exit code 0 when it passed, 4 when a program judged against itself does not compile, 1 "
       "for every other verdict.",
       {{"FILE", "the candidate"},
        {"NAME=value", "variables of --call, sizes and scalars of --spec"}},
       {{"cudal1 eval mine.cu --reference naive.cu", "is mine right, and how much faster is it?"},
        {"cudal1 eval kernel.cu", "against itself: does it run, and how steady is this machine?"},
        {"cudal1 eval kernel.cu --tune BLOCK=512 --json result.json",
         "one setting; raw samples in a file"}}},
      {kCheck,
       "check",
       "cudal1 check FILES… [options]",
       "tells whether programs are such as this tool can take",
       "Parses the host side, checks everything that the entry reaches, and compiles the device "
       "side. Runs nothing and "
       "needs no GPU. A line per file; where there is no entry, every host function that launches "
       "a kernel is judged. "
       "Exit code 0 when all files were accepted, 1 when one was not, 4 when one could not be "
       "read.",
       {{"FILES", "programs"}},
       {{"cudal1 check kernels/*.cu", "all of them, on all cores"},
        {"cudal1 check --host-only --json - kernel.cu", "the host side only, as JSON"}}},
      {kDoctor,
       "doctor",
       "cudal1 doctor [options]",
       "tells what this machine can do",
       "Looks for the GPU, its driver, CUPTI, NVML, NVRTC and Torch, and says for each missing one "
       "what to do. Exit "
       "code 0 when programs can be optimized here (on the GPU or on the simulator), 3 when they "
       "cannot.",
       {},
       {{"cudal1 doctor", "a table"}, {"cudal1 doctor --json -", "for scripts"}}},
      {kSelftest,
       "selftest",
       "cudal1 selftest [options]",
       "judges the judge: are cheats caught, do honest programs pass?",
       "Judges a corpus of programs that only look right: they keep results from call to call, "
       "leave out work, guess "
       "it from the inputs, write where they must not, save on precision. Each must get a verdict "
       "that its entry in "
       "the corpus names, and its honest twin must pass; so must every task that comes with "
       "cudal1, as given and in "
       "two settings of its tune parameters. Exit code 0 when every cheat was caught and no honest "
       "program accused, "
       "1 otherwise.",
       {},
       {{"cudal1 selftest", "all of it: some minutes on the simulator"},
        {"cudal1 selftest --device sim --only state_", "cheats with state between calls"},
        {"cudal1 selftest --json -", "for scripts"}}},
      {kGenerate,
       "generate",
       "cudal1 generate --model DIR --prompt FILE [options]",
       "lets a language model go on with a text",
       "Loads a checkpoint in the form of Hugging Face and generates text with it, in this process. A single text is "
       "shown as it comes; of several, each when all are done.\n\n"
       "With --server a model behind a server is asked instead, over HTTP: vLLM, SGLang, llama.cpp or a hosted one. "
       "With --seed each text is a request of its own with a seed of its own; a server may still answer differently.",
       {},
       {{"cudal1 generate --model qwen --prompt question.txt --chat", "one answer"},
        {"echo '__global__ void' | cudal1 generate --model qwen --prompt - --temperature 0", "the most likely text"},
        {"cudal1 generate --model qwen --prompt p.txt -n 16 --json -", "sixteen, with tokens and log-probabilities"},
        {"cudal1 generate --server http://localhost:8000/v1 --model Qwen/Qwen3-32B --prompt p.txt --chat",
         "a model behind a server"}}},
      {kTrain,
       "train",
       "cudal1 train FILE [options]",
       "trains a language model on examples",
       "Trains a model as the configuration in FILE says: from a checkpoint in the form of Hugging Face, or from random "
       "weights with a tokenizer of its own. The run's folder gets the resolved configuration (config.json), the losses "
       "(metrics.jsonl), checkpoints, and the result (model), which cudal1 generate and transformers load. A run that was "
       "interrupted or killed goes on from its last checkpoint.",
       {{"FILE", "the configuration: JSON with // comments; paths in it start from its folder"}},
       {{"cudal1 train configs/train/sft_tiny.json --dry-run", "parameters, memory, steps"},
        {"cudal1 train sft.json --run-dir runs/first", "trains"},
        {"cudal1 train --resume runs/first", "goes on with an interrupted run"}}},
  };
  return verbs;
}

}  // namespace

std::span<const VerbInfo> all_verbs() { return table(); }

const VerbInfo* find_verb(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &VerbInfo::name);
  return found == table().end() ? nullptr : &*found;
}

const VerbInfo& info(Verb verb) {
  const auto found = std::ranges::find(table(), verb, &VerbInfo::verb);
  CUDAL1_ASSERT(found != table().end());
  return *found;
}

}  // namespace cudal1::cli
