// Steps as CUDA graphs: one for each number of texts that is worth one.
#include <ATen/ATen.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAGuard.h>

#include <algorithm>
#include <deque>
#include <map>

#include "cudal1/model/attention.h"
#include "decode_step.h"
#include "decoder.h"
#include "slot_state.h"

namespace cudal1::model {
namespace {

constexpr int64_t kReadAtOnce = 16384;  // tokens: enough to fill a GPU
constexpr size_t kAhead = 1;

// What a call drew, on its way to the host.
struct Pending {
  at::Tensor host;  // int32 [2, slots], pinned
  int64_t count = 0;
  c10::cuda::CUDAEvent done;
};

// Steps of more texts share a graph; those left over go to the slot that nobody uses.
int64_t bucket_of(int64_t count, int64_t slots) {
  for (const int64_t bucket : {1, 2, 3, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256})
    if (count <= bucket) return std::min(bucket, slots);
  return std::min((count + 127) / 128 * 128, slots);
}

// Draws that need more than a look at every logit.
bool filters(const Sampling& sampling) {
  return sampling.temperature > 0 &&
         (sampling.top_k > 0 || sampling.top_p < 1 || sampling.min_p > 0);
}

class GraphDecoder final : public Decoder {
 public:
  GraphDecoder(const Transformer& transformer, const DecoderShape& shape)
      : Decoder(shape),
        transformer_(transformer),
        device_(transformer.weights().embedding.device()),
        stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device_.index())),
        pool_(at::cuda::graph_pool_handle()),
        keys_values_(transformer.config(), shape.slots + 1, shape.length,
                     transformer.weights().embedding.options()),
        state_(transformer.config(), shape.slots, device_),
        rows_(at::full({shape.slots}, shape.slots, at::TensorOptions(at::kInt).device(device_))),
        drawn_(at::zeros({2, shape.slots}, rows_.options())) {
    c10::cuda::getCurrentCUDAStream().synchronize();  // the weights may just be on their way
  }

  // Graphs and buffers may still be in use.
  ~GraphDecoder() override { stream_.synchronize(); }

  void read(std::span<const Reading> readings) override {
    const c10::cuda::CUDAStreamGuard guard(stream_);
    std::vector<int64_t> slots, prompts;  // of every start
    for (size_t i = 0; i < readings.size(); ++i) {
      filtered_ |= filters(readings[i].prompt->sampling);
      for (const SlotStart& start : readings[i].starts) {
        slots.push_back(start.slot);
        prompts.push_back(int64_t(i));
      }
    }
    const at::Tensor where = sent(at::tensor(slots, at::kLong), device_);
    state_.begin(readings, where);
    const at::Tensor logits =
        read_prompts(readings).index_select(0, sent(at::tensor(prompts, at::kLong), device_));
    draw_tokens(transformer_, state_, where.to(at::kInt), logits, filtered_, drawn_);
    expect(int64_t(slots.size()));
  }

  void step(std::span<const int64_t> slots) override {
    const c10::cuda::CUDAStreamGuard guard(stream_);
    const auto count = int64_t(slots.size());
    const int64_t bucket = shape().deterministic ? shape().slots : bucket_of(count, shape().slots);
    place(slots, bucket);
    graph_of(bucket).replay();
    expect(count);
  }

  std::vector<Drawn> take() override {
    Pending& oldest = pending_.front();
    oldest.done.synchronize();
    const auto* tokens = oldest.host.const_data_ptr<int32_t>();
    const auto* logprobs = reinterpret_cast<const float*>(tokens + shape().slots);
    std::vector<Drawn> drawn;
    for (int64_t i = 0; i < oldest.count; ++i) drawn.push_back({tokens[i], logprobs[i]});
    spare_.push_back(std::move(oldest.host));
    pending_.pop_front();
    return drawn;
  }

  size_t ahead() const override { return kAhead; }
  int64_t read_at_once() const override { return shape().deterministic ? 0 : kReadAtOnce; }

 private:
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
    const auto there = [&](const std::vector<int64_t>& values) {
      return sent(at::tensor(values, at::kLong), device_);
    };
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
    rows.resize(size_t(bucket), int32_t(shape().slots));
    if (rows == placed_) return;
    rows_.narrow(0, 0, bucket).copy_(at::tensor(rows, at::kInt), /*non_blocking=*/true);
    placed_ = std::move(rows);
  }

  struct Variant {
    int64_t bucket;
    bool filtered, penalised;
    auto operator<=>(const Variant&) const = default;
  };

  at::cuda::CUDAGraph& graph_of(int64_t bucket) {
    const Variant variant{bucket, filtered_, state_.seen.defined()};
    const auto found = graphs_.find(variant);
    return found != graphs_.end() ? *found->second : capture(variant);
  }

  // A first run, outside the capture, loads kernels and sets libraries up: of nobody's slot.
  at::cuda::CUDAGraph& capture(const Variant& variant) {
    const at::Tensor nobody = at::full({variant.bucket}, shape().slots, rows_.options());
    one_step(variant, nobody);
    stream_.synchronize();
    auto graph = std::make_unique<at::cuda::CUDAGraph>();
    graph->capture_begin(pool_, cudaStreamCaptureModeThreadLocal);
    one_step(variant, rows_.narrow(0, 0, variant.bucket));
    graph->capture_end();
    return *(graphs_[variant] = std::move(graph));
  }

  void one_step(const Variant& variant, const at::Tensor& rows) {
    const at::Tensor logits = decode_logits(transformer_, keys_values_, state_, rows);
    draw_tokens(transformer_, state_, rows, logits, variant.filtered, drawn_);
  }

  // What was drawn last is copied to the host.
  void expect(int64_t count) {
    Pending& fresh = pending_.emplace_back();
    if (spare_.empty()) {
      fresh.host = at::empty({2, shape().slots}, at::TensorOptions(at::kInt).pinned_memory(true));
    } else {
      fresh.host = std::move(spare_.back());
      spare_.pop_back();
    }
    fresh.count = count;
    fresh.host.copy_(drawn_, /*non_blocking=*/true);
    fresh.done.record(stream_);
  }

  const Transformer& transformer_;
  at::Device device_;
  c10::cuda::CUDAStream stream_;
  at::cuda::MempoolId_t pool_;
  KeyValues keys_values_;
  SlotState state_;
  at::Tensor rows_;   // int32 [slots]: the slot of each text of a step
  at::Tensor drawn_;  // int32 [2, slots]: tokens; log-probabilities as bits of float32
  std::vector<int32_t> placed_;
  bool filtered_ = false;  // has any text ever been
  std::map<Variant, std::unique_ptr<at::cuda::CUDAGraph>> graphs_;
  std::deque<Pending> pending_;
  std::vector<at::Tensor> spare_;  // pinned
};

// Of the memory that is free now, three quarters; the rest is for what a step calculates.
int64_t slots_that_fit(const ModelConfig& config, const DecoderShape& shape, int64_t element) {
  const int64_t slot =
      2 * config.layers * config.kv_heads * config.head_dim * shape.length * element;
  size_t free = 0, total = 0;
  C10_CUDA_CHECK(cudaMemGetInfo(&free, &total));
  return std::clamp<int64_t>(int64_t(double(free) * 0.75) / slot - 1, 1, shape.slots);
}

}  // namespace

std::unique_ptr<Decoder> make_decoder(const Transformer& transformer, const DecoderShape& shape) {
  DecoderShape fitting = shape;
  const at::Tensor& weights = transformer.weights().embedding;
  if (weights.is_cuda() && decodes(transformer)) {
    fitting.slots = slots_that_fit(transformer.config(), shape, int64_t(weights.element_size()));
    return std::make_unique<GraphDecoder>(transformer, fitting);
  }
  // How a library sums up depends on how many rows there are: alone, a text is always the same.
  if (shape.deterministic) fitting.slots = 1;
  return make_host_decoder(transformer, fitting);
}

}  // namespace cudal1::model
