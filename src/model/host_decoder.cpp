#include <ATen/ATen.h>

#include <algorithm>
#include <deque>

#include "cudal1/model/attention.h"
#include "decoder.h"

namespace cudal1::model {
namespace {

class HostDecoder final : public Decoder {
 public:
  HostDecoder(const Transformer& transformer, const DecoderShape& shape)
      : Decoder(shape),
        transformer_(transformer),
        device_(transformer.weights().embedding.device()),
        keys_values_(transformer.config(), shape.slots, shape.length,
                     transformer.weights().embedding.options()),
        texts_(size_t(shape.slots)) {}

  void read(std::span<const Reading> readings) override {
    std::vector<Drawn> drawn;
    for (const Reading& reading : readings) {
      const at::Tensor logits = read_one(reading);
      for (const SlotStart& start : reading.starts)
        drawn.push_back(draw_in(texts_[size_t(start.slot)], logits[0]));
    }
    results_.push_back(std::move(drawn));
  }

  void step(std::span<const int64_t> slots) override {
    std::vector<int64_t> tokens, positions;
    for (const int64_t slot : slots) {
      const Text& text = texts_[size_t(slot)];
      tokens.push_back(text.seen.back());
      positions.push_back(int64_t(text.seen.size()) - 1);
    }
    const int64_t longest = *std::max_element(positions.begin(), positions.end()) + 1;
    const at::Tensor at = integers(positions), where = integers({slots.begin(), slots.end()});
    const at::Tensor logits = on_host(transformer_.logits(
        transformer_.hidden(integers(tokens), at, keys_values_.decode(where, at, longest))));
    std::vector<Drawn> drawn;
    for (size_t i = 0; i < slots.size(); ++i)
      drawn.push_back(draw_in(texts_[size_t(slots[i])], logits[int64_t(i)]));
    results_.push_back(std::move(drawn));
  }

  std::vector<Drawn> take() override {
    std::vector<Drawn> oldest = std::move(results_.front());
    results_.pop_front();
    return oldest;
  }

  size_t ahead() const override { return 0; }
  int64_t read_at_once() const override { return 0; }

 private:
  struct Text {
    const Prompt* prompt = nullptr;
    uint64_t seed = 0;
    std::vector<Token> seen;
  };

  // The logits behind the prompt: [1, vocab].
  at::Tensor read_one(const Reading& reading) {
    const std::vector<Token>& prompt = reading.prompt->tokens;
    const auto length = int64_t(prompt.size());
    const int64_t first = reading.starts.front().slot;
    const at::Tensor hidden =
        transformer_.hidden(integers({prompt.begin(), prompt.end()}),
                            at::arange(length, at::TensorOptions(at::kLong).device(device_)),
                            keys_values_.prefill({length}, {first}));
    std::vector<int64_t> others;
    for (const SlotStart& start : reading.starts) {
      if (start.slot != first) others.push_back(start.slot);
      texts_[size_t(start.slot)] = {reading.prompt, start.seed, prompt};
    }
    keys_values_.copy(first, others, length);
    return on_host(transformer_.logits(hidden.narrow(0, length - 1, 1)));
  }

  static Drawn draw_in(Text& text, const at::Tensor& logits) {
    const DrawPlace place{text.seed, int64_t(text.seen.size()) - 1, text.seen};
    const Drawn drawn =
        draw(text.prompt->sampling,
             std::span(logits.const_data_ptr<float>(), size_t(logits.numel())), place);
    text.seen.push_back(drawn.token);
    return drawn;
  }

  at::Tensor integers(const std::vector<int64_t>& values) const {
    return at::tensor(values, at::kLong).to(device_);
  }
  static at::Tensor on_host(const at::Tensor& logits) {
    return logits.to(at::kCPU, at::kFloat).contiguous();
  }

  const Transformer& transformer_;
  at::Device device_;
  KeyValues keys_values_;
  std::vector<Text> texts_;  // by slot
  std::deque<std::vector<Drawn>> results_;
};

}  // namespace

std::unique_ptr<Decoder> make_host_decoder(const Transformer& transformer,
                                           const DecoderShape& shape) {
  return std::make_unique<HostDecoder>(transformer, shape);
}

}  // namespace cudal1::model
