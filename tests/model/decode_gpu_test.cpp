// A decoding step's kernels at the sizes of real models, against ATen and the race on the CPU. Odd
// shapes are checked by tests/kernels.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "decode_attention.h"
#include "device_sampling.h"
#include "race.h"
#include "skinny_linear.h"

namespace cudal1::model {
namespace {

class DecodeGpu : public testing::Test {
 protected:
  void SetUp() override {
    if (!at::globalContext().hasCUDA()) GTEST_SKIP() << "there is no GPU";
    at::manual_seed(1);
    kernels_ = Kernels::open();
  }
  at::Tensor random(at::IntArrayRef shape) const { return at::randn(shape, wide_).to(type_); }
  // Relative to what the whole is like.
  static double error(const at::Tensor& got, const at::Tensor& wanted) {
    const at::Tensor exact = wanted.to(at::kFloat);
    return ((got.to(at::kFloat) - exact).norm() / exact.norm()).item<double>();
  }

  const at::ScalarType type_ = at::kBFloat16;
  const at::TensorOptions wide_ = at::TensorOptions(at::kFloat).device(at::kCUDA);
  const at::TensorOptions whole_ = at::TensorOptions(at::kInt).device(at::kCUDA);
  std::shared_ptr<const Kernels> kernels_;
};

at::Tensor expected(const SkinnyLinear& layer, Then then, const at::Tensor& x,
                    const at::Tensor& y) {
  at::Tensor in = x;
  if (layer.norm.defined()) in = at::rms_norm(x, {x.size(1)}, layer.norm, layer.epsilon);
  at::Tensor out = at::matmul(in.to(at::kFloat), layer.weight.to(at::kFloat).t());
  if (layer.bias.defined()) out = out + layer.bias;
  if (then == Then::kAdd) return out + y;
  if (then == Then::kStore) return out;
  const auto halves = out.chunk(2, 1);
  return at::silu(halves[0]) * halves[1];
}

TEST_F(DecodeGpu, LinearLayersOfRealModels) {
  struct Case {
    int64_t rows, width;
    Then then;
  };
  for (const auto& [rows, width, then] : std::initializer_list<Case>{{1152, 896, Then::kStore},
                                                                     {896, 896, Then::kAdd},
                                                                     {4864, 896, Then::kSwiglu},
                                                                     {896, 4864, Then::kAdd},
                                                                     {151936, 896, Then::kStore},
                                                                     {4608, 3584, Then::kStore},
                                                                     {18944, 3584, Then::kSwiglu},
                                                                     {3584, 18944, Then::kAdd}})
    for (const int64_t batch : {1, 2, 3, 4}) {
      const int64_t all = then == Then::kSwiglu ? 2 * rows : rows;
      const SkinnyLinear layer{.weight = random({all, width}).div_(std::sqrt(double(width))),
                               .bias = then == Then::kAdd ? at::Tensor() : random({all}),
                               .norm = then == Then::kAdd ? at::Tensor() : random({width})};
      const at::Tensor x = random({batch, width}), y = random({batch, rows});
      const at::Tensor wanted = expected(layer, then, x, y);
      skinny_linear(*kernels_, layer, then, x, y);
      EXPECT_LT(error(y, wanted), 0.01) << batch << " x " << width << " -> " << rows;
    }
}

// The same twice: counters are left as they were found, and splits are put together in order.
TEST_F(DecodeGpu, AttentionOfALongSequence) {
  struct Case {
    int64_t group, kv, dim;
    at::ScalarType type = at::kBFloat16;
  };
  const int64_t rows = 3, length = 5000;
  const at::Tensor slots = at::tensor({2, 0, 1}, whole_),
                   positions = at::tensor({4999, 0, 777}, whole_);
  for (const auto& [group, kv, dim, type] :
       {Case{7, 2, 64}, Case{4, 8, 128}, Case{16, 1, 128}, Case{12, 1, 80}, Case{1, 40, 96},
        Case{8, 1, 256}, Case{7, 2, 64, at::kHalf}, Case{7, 2, 64, at::kFloat}, Case{20, 1, 128},
        Case{7, 2, 8, at::kFloat}}) {
    const std::string shape = std::to_string(group) + " of " + std::to_string(dim);
    DecodeHeads heads{.heads = group * kv, .kv_heads = kv, .head_dim = dim};
    heads.inverse_frequencies = at::zeros({dim / 2}, wide_);  // nothing is turned
    const auto random_as = [&](at::IntArrayRef sizes) { return random(sizes).to(type); };
    const at::Tensor keys = random_as({rows, length, kv, dim}),
                     values = random_as({rows, length, kv, dim}),
                     qkv = random_as({rows, (group + 2) * kv * dim});
    const auto workspace = decode_workspace(*kernels_, heads, rows, length, qkv.options());
    const at::Tensor out = at::empty({rows, group * kv * dim}, qkv.options()),
                     again = at::empty_like(out);
    for (const at::Tensor& to : {out, again})
      decode_attention(*kernels_, heads, workspace, qkv, slots, positions, keys, values, to);
    EXPECT_TRUE(at::equal(out, again)) << shape;
    EXPECT_EQ(workspace.counters.abs().sum().item<int64_t>(), 0) << shape;

    const at::Tensor own = qkv.view({rows, (group + 2) * kv, dim});
    for (int64_t row = 0; row < rows; ++row) {
      const int64_t slot = slots[row].item<int64_t>(), seen = positions[slot].item<int64_t>() + 1;
      EXPECT_TRUE(at::equal(keys[slot][seen - 1], own[row].narrow(0, group * kv, kv))) << shape;
      EXPECT_TRUE(at::equal(values[slot][seen - 1], own[row].narrow(0, (group + 1) * kv, kv)))
          << shape;
      const auto of = [&](const at::Tensor& all) {  // [kv, seen, dim]
        return all[slot].narrow(0, 0, seen).transpose(0, 1).to(at::kFloat);
      };
      const at::Tensor q = own[row].narrow(0, 0, group * kv).view({kv, group, dim}).to(at::kFloat);
      const at::Tensor weights =
          at::softmax(at::matmul(q, of(keys).transpose(1, 2)) / std::sqrt(double(dim)), -1);
      EXPECT_LT(error(out[row], at::matmul(weights, of(values)).flatten()), 0.01) << shape;
    }
  }
}

TEST_F(DecodeGpu, DrawsTheWinnersOfTheRace) {
  const int64_t rows = 5, vocab = 151936;
  const at::Tensor logits = random({rows, vocab}).mul_(3);
  const at::Tensor slots = at::arange(rows, whole_).flip(0).contiguous();
  SlotSampling sampling;
  sampling.settings = at::tensor({0.7, 1.0, 0.0, 1.0}, wide_).repeat({rows, 1});
  sampling.top_k = at::full({rows}, 50, whole_);
  sampling.seeds = at::arange(rows, whole_.dtype(at::kLong));
  sampling.positions = at::full({rows}, 17, whole_);
  sampling.tokens = at::zeros({rows}, whole_);
  const DrawnRows drawn = drawn_rows(*kernels_, rows, vocab, at::kCUDA);
  for (const Filters filters : {Filters::kNone, Filters::kSome}) {
    const int64_t position = sampling.positions[0].item<int64_t>();
    sample(*kernels_, logits, slots, sampling, filters, drawn);
    const at::Tensor on_host = logits.to(at::kCPU, at::kFloat);
    for (int64_t row = 0; row < rows; ++row) {
      const float* l = on_host[row].const_data_ptr<float>();
      const float least = filters == Filters::kSome
                              ? std::get<0>(on_host[row].topk(50))[49].item<float>()
                              : -INFINITY;
      const auto score = [&](int64_t token) {
        return l[token] < least
                   ? -INFINITY
                   : l[token] / 0.7f -
                         std::log(race_time(uint64_t(rows - 1 - row), position, int32_t(token)));
      };
      int64_t winner = 0;
      for (int64_t token = 1; token < vocab; ++token)
        if (score(token) > score(winner)) winner = token;
      EXPECT_EQ(drawn.tokens[row].item<int64_t>(), winner) << row;
      EXPECT_EQ(sampling.tokens[rows - 1 - row].item<int64_t>(), winner) << row;
      EXPECT_NEAR(drawn.logprobs[row].item<float>(),
                  at::log_softmax(on_host[row], 0)[winner].item<float>(), 1e-4);
    }
    EXPECT_EQ(sampling.positions[0].item<int64_t>(), position + 1);
  }
}

}  // namespace
}  // namespace cudal1::model
