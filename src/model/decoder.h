// The tokens of texts, one for each at a time. A text lies in a slot: its keys and values, what was
// drawn last, how the next is drawn.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "cudal1/model/generator.h"
#include "sampler.h"

namespace cudal1::model {

struct SlotStart {
  int64_t slot = 0;
  uint64_t seed = 0;
};

// A prompt that is read once for several texts.
struct Reading {
  const Prompt* prompt = nullptr;
  std::vector<SlotStart> starts;
};

struct DecoderShape {
  int64_t slots = 1, length = 1;  // positions of a slot
  bool deterministic = false;     // what a text gets does not depend on the others
};

// Calls are queued; what they drew is taken in their order.
class Decoder {
 public:
  explicit Decoder(const DecoderShape& shape) : shape_(shape) {}
  virtual ~Decoder() = default;
  const DecoderShape& shape() const { return shape_; }
  // Reads prompts into slots and draws the first token of each text.
  virtual void read(std::span<const Reading> readings) = 0;
  // Draws the next token in each of these slots.
  virtual void step(std::span<const int64_t> slots) = 0;
  // What the oldest call drew that was not taken yet, by its starts or slots. Waits for it.
  virtual std::vector<Drawn> take() = 0;
  // Calls that are best queued beyond the one that is waited for.
  virtual size_t ahead() const = 0;
  // Tokens of several prompts that are read at once; 0: one prompt at a time.
  virtual int64_t read_at_once() const = 0;

 private:
  DecoderShape shape_;
};

// On a GPU steps are graphs of its own kernels, elsewhere ATen computes and the host draws. Slots
// are fewer where there is no memory for them.
std::unique_ptr<Decoder> make_decoder(const Transformer& transformer, const DecoderShape& shape);
std::unique_ptr<Decoder> make_host_decoder(const Transformer& transformer,
                                           const DecoderShape& shape);

}  // namespace cudal1::model
