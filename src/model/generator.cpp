#include "cudal1/model/generator.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "cudal1/core/error.h"
#include "cudal1/model/attention.h"
#include "running_text.h"

namespace cudal1::model {
namespace {

struct Place {
  size_t prompt, sample;
};

// One call of run(): texts move from the queue into slots 0 … N-1 of the cache, which stay without
// gaps, and from there to the results.
class Batch {
 public:
  Batch(const Transformer& transformer, const Tokenizer& tokenizer, std::span<const Prompt> prompts,
        int64_t slots, const OnText& on_text)
      : transformer_(transformer),
        tokenizer_(tokenizer),
        prompts_(prompts),
        on_text_(on_text),
        device_(transformer.weights().embedding.device()),
        keys_values_(transformer.config(), slots, longest(prompts, transformer.config()),
                     transformer.weights().embedding.options()) {
    for (size_t i = 0; i < prompts.size(); ++i) {
      results_.emplace_back(prompts[i].seeds.size());
      for (size_t j = 0; j < prompts[i].seeds.size(); ++j) waiting_.push_back({i, j});
    }
  }

  std::vector<std::vector<Generated>> run(std::stop_token stop) {
    while (!waiting_.empty() || !running_.empty()) {
      if (stop.stop_requested()) break;
      while (!waiting_.empty() && int64_t(running_.size()) < keys_values_.slots()) admit();
      if (!running_.empty()) step();
    }
    for (const Active& active : running_) active.text->interrupt(), leave(active);
    for (const Place& place : waiting_)
      results_[place.prompt][place.sample].finish = Finish::kInterrupted;
    return std::move(results_);
  }

 private:
  struct Active {
    Place place;
    std::unique_ptr<RunningText> text;
  };

  static int64_t longest(std::span<const Prompt> prompts, const ModelConfig& config) {
    int64_t most = 1;
    for (const Prompt& prompt : prompts)
      most = std::max(most, std::min(config.max_positions,
                                     int64_t(prompt.tokens.size()) + prompt.sampling.max_tokens));
    return most;
  }

  at::Tensor integers(const std::vector<int64_t>& values) const {
    return at::tensor(values, at::kLong).to(device_);
  }

  // All samples of the next prompt for which there are slots: it is read once, and its keys and
  // values copied.
  void admit() {
    const size_t number = waiting_.front().prompt;
    const Prompt& prompt = prompts_[number];
    const auto length = int64_t(prompt.tokens.size());
    const auto first = int64_t(running_.size());
    std::vector<int64_t> tokens(prompt.tokens.begin(), prompt.tokens.end());
    const at::Tensor hidden = transformer_.hidden(
        integers(tokens), at::arange(length, at::TensorOptions(at::kLong).device(device_)),
        keys_values_.prefill({length}, {first}));
    const at::Tensor logits = rows_on_host(hidden.narrow(0, length - 1, 1));
    const int64_t room = transformer_.config().max_positions - length;
    for (int64_t slot = first;
         slot < keys_values_.slots() && !waiting_.empty() && waiting_.front().prompt == number;
         ++slot) {
      if (slot > first) keys_values_.copy(first, slot, length);
      const Place place = waiting_.front();
      waiting_.pop_front();
      running_.push_back(
          {place, std::make_unique<RunningText>(prompt, prompt.seeds[place.sample], tokenizer_,
                                                transformer_.config().eos, room)});
      advance(running_.back(), logits[0]);
    }
    leave_done();
  }

  // One token for every text.
  void step() {
    std::vector<int64_t> tokens, positions;
    for (const Active& active : running_) {
      tokens.push_back(active.text->last());
      positions.push_back(active.text->position());
    }
    const int64_t longest = *std::max_element(positions.begin(), positions.end()) + 1;
    const at::Tensor at = integers(positions);
    const at::Tensor hidden =
        transformer_.hidden(integers(tokens), at, keys_values_.decode(at, longest));
    const at::Tensor logits = rows_on_host(hidden);
    for (size_t i = 0; i < running_.size(); ++i) advance(running_[i], logits[int64_t(i)]);
    leave_done();
  }

  at::Tensor rows_on_host(const at::Tensor& hidden) const {
    return transformer_.logits(hidden).to(at::kCPU, at::kFloat).contiguous();
  }

  void advance(const Active& active, const at::Tensor& logits) {
    if (active.text->done()) return;
    const std::string added =
        active.text->advance(std::span(logits.const_data_ptr<float>(), size_t(logits.numel())));
    if (on_text_ && !added.empty()) on_text_(active.place.prompt, active.place.sample, added);
  }

  void leave(const Active& active) {
    results_[active.place.prompt][active.place.sample] = active.text->take();
  }

  // The last text moves to where one has ended.
  void leave_done() {
    for (size_t i = running_.size(); i-- > 0;) {
      if (!running_[i].text->done()) continue;
      leave(running_[i]);
      if (i + 1 < running_.size()) {
        keys_values_.copy(int64_t(running_.size()) - 1, int64_t(i),
                          running_.back().text->position());
        running_[i] = std::move(running_.back());
      }
      running_.pop_back();
    }
  }

  const Transformer& transformer_;
  const Tokenizer& tokenizer_;
  std::span<const Prompt> prompts_;
  const OnText& on_text_;
  at::Device device_;
  KeyValues keys_values_;
  std::deque<Place> waiting_;
  std::vector<Active> running_;  // slot i of the cache
  std::vector<std::vector<Generated>> results_;
};

void check_lengths(std::span<const Prompt> prompts, const ModelConfig& config) {
  for (const Prompt& prompt : prompts) {
    if (prompt.tokens.empty()) throw DataError("a prompt has no tokens", "Say something.");
    if (int64_t(prompt.tokens.size()) >= config.max_positions)
      throw DataError("a prompt has " + std::to_string(prompt.tokens.size()) +
                          " tokens, the model takes " + std::to_string(config.max_positions) +
                          " with what it adds",
                      "Shorten it, or use a model with a longer context.");
    for (const Token token : prompt.tokens)
      if (token < 0 || token >= config.vocab_size)
        throw DataError("a prompt has token " + std::to_string(token) + ", the model knows " +
                            std::to_string(config.vocab_size),
                        "The tokenizer is another model's.");
  }
}

}  // namespace

Generator::Generator(const Transformer& transformer, const Tokenizer& tokenizer,
                     const GeneratorOptions& options)
    : transformer_(transformer), tokenizer_(tokenizer), options_(options) {}

std::vector<std::vector<Generated>> Generator::run(std::span<const Prompt> prompts,
                                                   const OnText& on_text,
                                                   std::stop_token stop) const {
  const c10::InferenceMode guard;
  check_lengths(prompts, transformer_.config());
  int64_t texts = 0;
  for (const Prompt& prompt : prompts) texts += int64_t(prompt.seeds.size());
  // How a library sums up depends on how many rows there are: alone, a text is always the same.
  const int64_t slots = options_.deterministic ? 1 : std::min(options_.max_batch, texts);
  return Batch(transformer_, tokenizer_, prompts, std::max<int64_t>(1, slots), on_text).run(stop);
}

}  // namespace cudal1::model
