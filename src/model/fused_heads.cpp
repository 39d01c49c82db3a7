#include <ATen/ATen.h>

#include <bit>

#include "fused.h"
#include "kept.h"
#include "kernel_name.h"
#include "kernel_parts.h"

namespace cudal1::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kTokens = 8;     // as in kernels/rope.cu
constexpr int64_t kThreads = 256;  // there too
constexpr int64_t kBlocksPerSm = 2;

struct Shape {
  int heads, kv_heads, dim;
  float scale, epsilon;  // of cosines and sines; of norms
};

// Heads [T, heads, D] turned by [T, D]: the pair of dimension i is i and i + D / 2.
at::Tensor rotated(const at::Tensor& heads, const Rotation& rotation) {
  const auto halves = heads.chunk(2, -1);
  const at::Tensor turned = at::cat({halves[1].neg(), halves[0]}, -1);
  return heads * rotation.cosine.unsqueeze(1) + turned * rotation.sine.unsqueeze(1);
}

Heads heads_by_aten(const at::Tensor& qkv, const Rotation& rotation, const at::Tensor& q_norm,
                    const at::Tensor& k_norm, const ModelConfig& config) {
  const int64_t heads = config.heads, kv = config.kv_heads, dim = config.head_dim;
  const auto parts = qkv.unflatten(-1, {heads + 2 * kv, dim}).split_with_sizes({heads, kv, kv}, 1);
  const auto normed = [&](const at::Tensor& all, const at::Tensor& weight) {
    return weight.defined() ? at::rms_norm(all, {dim}, weight, config.norm_epsilon) : all;
  };
  return {rotated(normed(parts[0], q_norm), rotation), rotated(normed(parts[1], k_norm), rotation),
          parts[2]};
}

std::string kernel_of(const std::string& name, const at::Tensor& qkv, const at::Tensor& norm) {
  return kernel_name(name, qkv.scalar_type(), norm.defined() ? "true" : "false");
}

// Bytes: the angles of a block's tokens; over them, in the end, what its warps have summed up.
uint32_t shared_of(const Shape& shape, bool summing) {
  return uint32_t((summing ? std::max(kTokens, kThreads / 32 * 2) : kTokens) * shape.dim *
                  int64_t(sizeof(float)));
}

struct TurnedHeads : torch::autograd::Function<TurnedHeads> {
  static variable_list forward(AutogradContext* context, const at::Tensor& qkv,
                               const std::optional<at::Tensor>& q_weight,
                               const std::optional<at::Tensor>& k_weight,
                               const at::Tensor& positions, const at::Tensor& frequencies,
                               const Shape& shape, const Kernels* kernels) {
    const at::Tensor q_norm = q_weight.value_or(at::Tensor()),
                     k_norm = k_weight.value_or(at::Tensor());
    const int64_t tokens = qkv.size(0), blocks = ceil_div(tokens, kTokens);
    const at::Tensor q = at::empty({tokens, shape.heads, shape.dim}, qkv.options());
    const at::Tensor k = at::empty({tokens, shape.kv_heads, shape.dim}, qkv.options());
    launch(*kernels, "rope", kernel_of("rotate_2", qkv, q_norm),
           {{uint32_t(blocks), 1, 1}, {uint32_t(kThreads), 1, 1}, shared_of(shape, false)},
           data_of(qkv), data_of(positions), data_of(frequencies), data_of(q_norm), data_of(k_norm),
           q.mutable_data_ptr(), k.mutable_data_ptr(), tokens, shape.heads, shape.kv_heads,
           shape.dim, shape.scale, shape.epsilon);
    // What is only turned can be turned back without what it was.
    context->save_for_backward(
        {q_norm.defined() ? qkv : at::Tensor(), q_norm, k_norm, positions, frequencies});
    keep(*context, "shape", shape);
    keep(*context, "kernels", kernels);
    const at::Tensor v = qkv.view({tokens, shape.heads + 2 * shape.kv_heads, shape.dim})
                             .narrow(1, shape.heads + shape.kv_heads, shape.kv_heads);
    return {q, k, v};
  }

  static variable_list backward(AutogradContext* context, const variable_list& outputs) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &qkv = saved[0], &q_norm = saved[1], &k_norm = saved[2], &positions = saved[3],
                     &frequencies = saved[4];
    const auto shape = kept<Shape>(*context, "shape");
    const auto* kernels = kept<const Kernels*>(*context, "kernels");
    const bool normed = q_norm.defined();
    const at::Tensor q = outputs[0].contiguous(), k = outputs[1].contiguous(),
                     v = outputs[2].contiguous();
    const int64_t tokens = q.size(0), all = ceil_div(tokens, kTokens);
    const int64_t blocks =
        normed ? std::min<int64_t>(all, kBlocksPerSm * kernels->multiprocessors()) : all;
    const at::Tensor gradient =
        at::empty({tokens, int64_t(shape.heads + 2 * shape.kv_heads) * shape.dim}, q.options());
    const at::Tensor partials =
        normed ? at::empty({blocks, 2 * shape.dim}, frequencies.options()) : at::Tensor();
    launch(*kernels, "rope", kernel_of("rotate_backward_2", q, q_norm),
           {{uint32_t(blocks), 1, 1}, {uint32_t(kThreads), 1, 1}, shared_of(shape, normed)},
           data_of(q), data_of(k), data_of(v), data_of(qkv), data_of(positions),
           data_of(frequencies), data_of(q_norm), data_of(k_norm), gradient.mutable_data_ptr(),
           normed ? partials.mutable_data_ptr() : nullptr, tokens, shape.heads, shape.kv_heads,
           shape.dim, shape.scale, shape.epsilon);
    at::Tensor of_q_norm, of_k_norm;
    if (normed) {
      const at::Tensor both = summed_up(*kernels, partials, q.scalar_type());
      of_q_norm = both.narrow(0, 0, shape.dim), of_k_norm = both.narrow(0, shape.dim, shape.dim);
    }
    return {gradient, of_q_norm, of_k_norm, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

// Whether kernels/rope.cu takes such heads.
bool turns(const Kernels* kernels, at::ScalarType type, const ModelConfig& config) {
  if (!kernels || (type != at::kFloat && type != at::kHalf && type != at::kBFloat16)) return false;
  const int64_t size = vector_size(type), each = config.head_dim / 2 / size;
  if (each == 0 || config.head_dim % (2 * size) != 0) return false;
  return !config.qk_norm || (each <= 32 && std::has_single_bit(uint64_t(each)));
}

}  // namespace

Rotation rotation_of(const Kernels* kernels, const at::Tensor& positions,
                     const at::Tensor& inverse_frequencies, double scale, at::ScalarType type,
                     const ModelConfig& config) {
  Rotation rotation{positions.contiguous(), inverse_frequencies, scale, {}, {}};
  if (turns(kernels, type, config)) return rotation;
  // In single precision, then as wide as the heads.
  const at::Tensor angles = at::outer(positions.to(at::kFloat), inverse_frequencies);  // [T, D/2]
  const at::Tensor both = at::cat({angles, angles}, -1);
  rotation.cosine = both.cos().mul(scale).to(type);
  rotation.sine = both.sin().mul(scale).to(type);
  return rotation;
}

Heads heads_of(const Kernels* kernels, const at::Tensor& qkv, const Rotation& rotation,
               const at::Tensor& q_norm, const at::Tensor& k_norm, const ModelConfig& config) {
  if (rotation.cosine.defined()) return heads_by_aten(qkv, rotation, q_norm, k_norm, config);
  const Shape shape{int(config.heads), int(config.kv_heads), int(config.head_dim),
                    float(rotation.scale), float(config.norm_epsilon)};
  const variable_list made =
      TurnedHeads::apply(qkv.contiguous(), if_defined(q_norm), if_defined(k_norm),
                         rotation.positions, rotation.inverse_frequencies, shape, kernels);
  return {made[0], made[1], made[2]};
}

}  // namespace cudal1::model
