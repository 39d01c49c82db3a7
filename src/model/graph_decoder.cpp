// Steps as CUDA graphs: one for each number of texts that is worth one.
#include <ATen/ATen.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <deque>
#include <map>

#include "cudal1/gpu/driver.h"
#include "cudal1/model/attention.h"
#include "decode_step.h"
#include "decoder.h"
#include "sent.h"
#include "slot_state.h"

namespace cudal1::model {
namespace {

constexpr int64_t kReadAtOnce = 16384;  // tokens: enough to fill a GPU
constexpr size_t kAhead = 1;
constexpr int32_t kNobody = -1;  // in place of a slot

// What a call drew, on its way to the host.
struct Pending {
  Pending(int64_t slots, const gpu::Context& context)
      : tokens(at::empty({slots}, at::TensorOptions(at::kInt).pinned_memory(true))),
        logprobs(at::empty({slots}, at::TensorOptions(at::kFloat).pinned_memory(true))),
        done(context) {}
  at::Tensor tokens, logprobs;
  int64_t count = 0;
  gpu::Event done;
};

// Torch's current stream for as long as this lives.
class OnStream {
 public:
  explicit OnStream(const c10::cuda::CUDAStream& stream)
      : before_(c10::cuda::getCurrentCUDAStream()) {
    c10::cuda::setCurrentCUDAStream(stream);
  }
  ~OnStream() { c10::cuda::setCurrentCUDAStream(before_); }
  OnStream(const OnStream&) = delete;

 private:
  c10::cuda::CUDAStream before_;
};

// Steps of about as many texts share a graph.
int64_t bucket_of(int64_t count, int64_t slots) {
  for (const int64_t bucket : {1, 2, 3, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256})
    if (count <= bucket) return std::min(bucket, slots);
  return std::min((count + 127) / 128 * 128, slots);
}

class GraphDecoder final : public Decoder {
 public:
  GraphDecoder(const Transformer& transformer, const DecoderShape& shape)
      : Decoder(shape),
        transformer_(transformer),
        device_(transformer.weights().embedding.device()),
        stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device_.index())),
        pool_(at::cuda::graph_pool_handle()),
        keys_values_(transformer.config(), shape.slots, shape.length,
                     transformer.weights().embedding.options()),
        state_(transformer.config(), shape.slots, device_),
        rows_(at::full({shape.slots}, kNobody, at::TensorOptions(at::kInt).device(device_))) {
    c10::cuda::getCurrentCUDAStream().synchronize();  // the weights may just be on their way
  }

  // Graphs and buffers may still be in use. What fails here has failed before: whoever waited for
  // a step was told.
  ~GraphDecoder() override {
    try {
      stream_.synchronize();
    } catch (const std::exception&) {
    }
  }

  void read(std::span<const Reading> readings) override {
    const OnStream here(stream_);
    std::vector<int64_t> slots, prompts;  // of every start
    for (size_t i = 0; i < readings.size(); ++i)
      for (const SlotStart& start : readings[i].starts) {
        slots.push_back(start.slot);
        prompts.push_back(int64_t(i));
      }
    const at::Tensor where = there(slots);
    state_.begin(readings, where);
    const at::Tensor logits = read_prompts(readings).index_select(0, there(prompts));
    const auto count = int64_t(slots.size());
    const DrawnRows drawn =
        drawn_rows(*transformer_.kernels(), count, transformer_.config().vocab_size, device_);
    sample(*transformer_.kernels(), logits, where.to(at::kInt), state_.sampling, state_.filters,
           drawn);
    expect(drawn, count);
  }

  void step(std::span<const int64_t> slots) override {
    const OnStream here(stream_);
    const auto count = int64_t(slots.size());
    const int64_t bucket = shape().deterministic ? shape().slots : bucket_of(count, shape().slots);
    place(slots, bucket);
    Captured& captured = graph_of(bucket);
    captured.graph.replay();
    expect(captured.step.drawn(), count);
  }

  std::vector<Drawn> take() override {
    std::unique_ptr<Pending> oldest = std::move(pending_.front());
    pending_.pop_front();
    gpu::require(oldest->done.synchronize(), "a decoding step failed");
    const auto* tokens = oldest->tokens.const_data_ptr<int32_t>();
    const auto* logprobs = oldest->logprobs.const_data_ptr<float>();
    std::vector<Drawn> drawn;
    for (int64_t i = 0; i < oldest->count; ++i) drawn.push_back({tokens[i], logprobs[i]});
    spare_.push_back(std::move(oldest));
    return drawn;
  }

  size_t ahead() const override { return kAhead; }
  int64_t read_at_once() const override { return shape().deterministic ? 0 : kReadAtOnce; }

 private:
  struct Variant {
    int64_t bucket;
    bool filtered, penalised;
    auto operator<=>(const Variant&) const = default;
  };
  struct Captured {
    DecodeStep step;
    at::cuda::CUDAGraph graph;
  };

  at::Tensor there(const std::vector<int64_t>& values) const {
    return sent(at::tensor(values, at::kLong), device_);
  }

  // The logits behind each prompt: [readings, vocab].
  at::Tensor read_prompts(std::span<const Reading> readings) {
    std::vector<int64_t> tokens, positions, lengths, slots, last;
    for (const Reading& reading : readings) {
      const std::vector<Token>& prompt = reading.prompt->tokens;
      tokens.insert(tokens.end(), prompt.begin(), prompt.end());
      for (size_t i = 0; i < prompt.size(); ++i) positions.push_back(int64_t(i));
      lengths.push_back(int64_t(prompt.size()));
      slots.push_back(reading.starts.front().slot);
      last.push_back(int64_t(tokens.size()) - 1);
    }
    const at::Tensor hidden =
        transformer_.hidden(there(tokens), there(positions), keys_values_.prefill(lengths, slots));
    for (const Reading& reading : readings) {
      std::vector<int64_t> others;
      for (size_t i = 1; i < reading.starts.size(); ++i) others.push_back(reading.starts[i].slot);
      keys_values_.copy(reading.starts.front().slot, others,
                        int64_t(reading.prompt->tokens.size()));
    }
    return transformer_.logits(hidden.index_select(0, there(last)));
  }

  // rows_[i]: the slot of text i, for the first `bucket`.
  void place(std::span<const int64_t> slots, int64_t bucket) {
    std::vector<int32_t> rows(slots.begin(), slots.end());
    rows.resize(size_t(bucket), kNobody);
    if (rows == placed_) return;
    rows_.narrow(0, 0, bucket)
        .copy_(at::tensor(rows, at::kInt).pin_memory(), /*non_blocking=*/true);
    placed_ = std::move(rows);
  }

  Captured& graph_of(int64_t bucket) {
    const Variant variant{bucket, state_.filters == Filters::kSome, state_.sampling.seen.defined()};
    const auto found = graphs_.find(variant);
    if (found != graphs_.end()) return *found->second;
    return *(graphs_[variant] = capture(bucket));
  }

  // A first run, for nobody, loads kernels and sets libraries up, which cannot be captured.
  std::unique_ptr<Captured> capture(int64_t bucket) {
    auto captured = std::unique_ptr<Captured>(
        new Captured{DecodeStep(transformer_, keys_values_, state_, bucket), {}});
    captured->step.run(at::full({bucket}, kNobody, rows_.options()));
    stream_.synchronize();
    captured->graph.capture_begin(pool_, cudaStreamCaptureModeThreadLocal);
    try {
      captured->step.run(rows_.narrow(0, 0, bucket));
    } catch (...) {
      abandon(captured->graph);
      throw;
    }
    captured->graph.capture_end();
    return captured;
  }

  // A stream and an allocator that are still capturing are of no use to anyone. What else goes
  // wrong now follows from what is thrown already.
  static void abandon(at::cuda::CUDAGraph& graph) {
    try {
      graph.capture_end();
    } catch (const std::exception&) {
    }
  }

  // What was drawn is copied to the host.
  void expect(const DrawnRows& drawn, int64_t count) {
    std::unique_ptr<Pending> fresh;
    if (spare_.empty()) {
      fresh = std::make_unique<Pending>(shape().slots, transformer_.kernels()->context());
    } else {
      fresh = std::move(spare_.back());
      spare_.pop_back();
    }
    fresh->count = count;
    const auto take = [count](const at::Tensor& to, const at::Tensor& from) {
      to.narrow(0, 0, count).copy_(from.narrow(0, 0, count), /*non_blocking=*/true);
    };
    take(fresh->tokens, drawn.tokens);
    take(fresh->logprobs, drawn.logprobs);
    fresh->done.record(stream_.stream());
    pending_.push_back(std::move(fresh));
  }

  const Transformer& transformer_;
  at::Device device_;
  c10::cuda::CUDAStream stream_;
  at::cuda::MempoolId_t pool_;
  KeyValues keys_values_;
  SlotState state_;
  at::Tensor rows_;  // int32 [slots]: the slot of each text of a step
  std::vector<int32_t> placed_;
  std::map<Variant, std::unique_ptr<Captured>> graphs_;
  std::deque<std::unique_ptr<Pending>> pending_;
  std::vector<std::unique_ptr<Pending>> spare_;
};

// Of the memory that is free now, three quarters; the rest is for what a step calculates. What
// torch keeps for later, such as the last decoder's, is free, too.
int64_t slots_that_fit(const Transformer& transformer, const DecoderShape& shape) {
  const ModelConfig& config = transformer.config();
  const int64_t slot = 2 * config.layers * config.kv_heads * config.head_dim * shape.length *
                       int64_t(transformer.weights().embedding.element_size());
  c10::cuda::CUDACachingAllocator::emptyCache();
  const double free = double(transformer.kernels()->context().free_memory());
  return std::clamp<int64_t>(int64_t(free * 0.75) / slot, 1, shape.slots);
}

}  // namespace

std::unique_ptr<Decoder> make_decoder(const Transformer& transformer, const DecoderShape& shape) {
  DecoderShape fitting = shape;
  if (decodes(transformer)) {
    // With fewer slots texts may differ in their last bits.
    if (!shape.deterministic) fitting.slots = slots_that_fit(transformer, shape);
    return std::make_unique<GraphDecoder>(transformer, fitting);
  }
  // How a library sums up depends on how many rows there are: alone, a text is always the same.
  if (shape.deterministic) fitting.slots = 1;
  return make_host_decoder(transformer, fitting);
}

}  // namespace cudal1::model
