#include "cudal1/model/generator.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>

#include "cudal1/core/error.h"
#include "decoder.h"
#include "running_text.h"

namespace cudal1::model {
namespace {

struct Place {
  size_t prompt, sample;
};

struct Active {
  Place place;
  int64_t slot;
  RunningText text;
  int64_t queued = 1;  // tokens that the decoder was asked for
  bool left = false;
};

// One call of run(): texts move from the queue into the decoder's slots, and from there to the
// results.
class Batch {
 public:
  Batch(Decoder& decoder, const Tokenizer& tokenizer, const ModelConfig& config,
        std::span<const Prompt> prompts, const OnText& on_text)
      : decoder_(decoder),
        tokenizer_(tokenizer),
        config_(config),
        prompts_(prompts),
        on_text_(on_text) {
    for (int64_t slot = decoder.shape().slots; slot-- > 0;) free_.push_back(slot);
    for (size_t i = 0; i < prompts.size(); ++i) {
      results_.emplace_back(prompts[i].seeds.size());
      for (size_t j = 0; j < prompts[i].seeds.size(); ++j) waiting_.push_back({i, j});
    }
  }

  std::vector<std::vector<Generated>> run(std::stop_token stop) {
    while (!waiting_.empty() || !running_.empty()) {
      if (stop.stop_requested()) break;
      admit();
      const bool queued = step();
      // The next call is queued before the last one's texts are looked at.
      while (queued_.size() > (queued ? decoder_.ahead() : 0)) settle();
    }
    for (; !queued_.empty(); queued_.pop_front()) decoder_.take();  // of no use after a stop
    for (const auto& active : running_) active->text.interrupt(), leave(*active);
    for (const Place& place : waiting_)
      results_[place.prompt][place.sample].finish = Finish::kInterrupted;
    return std::move(results_);
  }

 private:
  using Texts = std::vector<std::shared_ptr<Active>>;

  // Whole prompts while they fit into one reading.
  void admit() {
    std::vector<Reading> readings;
    Texts begun;
    int64_t tokens = 0;
    while (!waiting_.empty() && !free_.empty()) {
      const auto length = int64_t(prompts_[waiting_.front().prompt].tokens.size());
      if (tokens > 0 && tokens + length > decoder_.read_at_once())
        read(readings, begun), tokens = 0;
      tokens += length;
      readings.push_back(next_reading(begun));
    }
    if (!readings.empty()) read(readings, begun);
  }

  void read(std::vector<Reading>& readings, Texts& begun) {
    decoder_.read(readings);
    queued_.push_back(begun);
    running_.insert(running_.end(), begun.begin(), begun.end());
    readings.clear();
    begun.clear();
  }

  // All samples of the next prompt for which there are slots.
  Reading next_reading(Texts& begun) {
    const size_t number = waiting_.front().prompt;
    const Prompt& prompt = prompts_[number];
    const int64_t room = config_.max_positions - int64_t(prompt.tokens.size());
    Reading reading{&prompt, {}};
    while (!free_.empty() && !waiting_.empty() && waiting_.front().prompt == number) {
      const Place place = waiting_.front();
      const int64_t slot = free_.back();
      waiting_.pop_front();
      free_.pop_back();
      reading.starts.push_back({slot, prompt.seeds[place.sample]});
      begun.push_back(std::make_shared<Active>(
          Active{place, slot, RunningText(prompt, tokenizer_, config_.eos, room)}));
    }
    return reading;
  }

  // One token for every text that may have one more, as far as is known; false where there is none.
  bool step() {
    std::vector<int64_t> slots;
    Texts texts;
    for (const auto& active : running_) {
      if (active->queued >= active->text.room()) continue;
      ++active->queued;
      slots.push_back(active->slot);
      texts.push_back(active);
    }
    if (slots.empty()) return false;
    decoder_.step(slots);
    queued_.push_back(std::move(texts));
    return true;
  }

  void settle() {
    const std::vector<Drawn> drawn = decoder_.take();
    const Texts texts = std::move(queued_.front());
    queued_.pop_front();
    for (size_t i = 0; i < texts.size(); ++i) advance(*texts[i], drawn[i]);
    std::erase_if(running_, [](const auto& active) { return active->left; });
  }

  // What was drawn for a text that had ended is of no use.
  void advance(Active& active, const Drawn& drawn) {
    if (active.left) return;
    if (!active.text.done()) {
      if (std::isnan(drawn.logprob))
        throw DataError("the model's logits are no numbers",
                        "Its weights or an adapter's are damaged, or too large for their type.");
      const std::string added = active.text.advance(drawn);
      if (on_text_ && !added.empty()) on_text_(active.place.prompt, active.place.sample, added);
    }
    if (active.text.done()) leave(active);
  }

  void leave(Active& active) {
    active.left = true;
    free_.push_back(active.slot);
    results_[active.place.prompt][active.place.sample] = active.text.take();
  }

  Decoder& decoder_;
  const Tokenizer& tokenizer_;
  const ModelConfig& config_;
  std::span<const Prompt> prompts_;
  const OnText& on_text_;
  std::vector<int64_t> free_;  // slots
  std::deque<Place> waiting_;
  Texts running_;
  std::deque<Texts> queued_;  // the decoder's calls that were not taken yet
  std::vector<std::vector<Generated>> results_;
};

int64_t longest_of(std::span<const Prompt> prompts, const ModelConfig& config) {
  int64_t most = 1;
  for (const Prompt& prompt : prompts) {
    const auto length = int64_t(prompt.tokens.size());
    const int64_t room = config.max_positions - length;  // any number may be asked for
    most = std::max(most, length + std::min(room, prompt.sampling.max_tokens));
  }
  return most;
}

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
Generator::~Generator() = default;

// The last one where it has room enough. Whoever has it returns it when it has nothing queued.
std::unique_ptr<Decoder> Generator::take_decoder(int64_t slots, int64_t length) {
  if (decoder_ && slots <= slots_asked_ && length <= decoder_->shape().length)
    return std::move(decoder_);
  if (decoder_) length = std::max(length, decoder_->shape().length);
  slots_asked_ = std::max(slots, slots_asked_);
  decoder_.reset();  // its memory first
  return make_decoder(transformer_, {slots_asked_, length, options_.deterministic});
}

std::vector<std::vector<Generated>> Generator::run(std::span<const Prompt> prompts,
                                                   const OnText& on_text, std::stop_token stop) {
  const c10::InferenceMode guard;
  const ModelConfig& config = transformer_.config();
  check_lengths(prompts, config);
  int64_t texts = 0;
  for (const Prompt& prompt : prompts) texts += int64_t(prompt.seeds.size());
  if (texts == 0) return std::vector<std::vector<Generated>>(prompts.size());
  // How a library sums up depends on how many rows there are.
  const int64_t slots =
      options_.deterministic ? options_.max_batch : std::min(options_.max_batch, texts);
  auto decoder = take_decoder(slots, longest_of(prompts, config));
  auto results = Batch(*decoder, tokenizer_, config, prompts, on_text).run(stop);
  decoder_ = std::move(decoder);
  return results;
}

}  // namespace cudal1::model
