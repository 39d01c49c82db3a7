// What kernels/decode_attention.cu computes, in ATen.
#include <torch/extension.h>

// heads [n, heads, D], norm [D] or empty, cosine and sine [n, 1, D / 2].
torch::Tensor turned(torch::Tensor heads, torch::Tensor norm, torch::Tensor cosine,
                     torch::Tensor sine) {
  const int64_t half = heads.size(2) / 2;
  auto wide = heads.to(torch::kFloat);
  if (norm.numel() > 0) {
    auto inverse = torch::rsqrt(wide.pow(2).mean({2}, true) + 1e-6);
    wide = (wide * inverse * norm.to(torch::kFloat));
  }
  auto a = wide.narrow(2, 0, half), b = wide.narrow(2, half, half);
  return torch::cat({a * cosine - b * sine, b * cosine + a * sine}, 2);
}

std::vector<torch::Tensor> forward(torch::Tensor qkv, torch::Tensor slots, torch::Tensor positions,
                                   torch::Tensor frequencies, torch::Tensor q_norm,
                                   torch::Tensor k_norm, torch::Tensor keys_before,
                                   torch::Tensor values_before, torch::Tensor window) {
  auto keys = keys_before.clone(), values = values_before.clone();
  const auto type = qkv.scalar_type();
  const int64_t n = qkv.size(0), length = keys.size(1), kv_heads = keys.size(2), dim = keys.size(3);
  const int64_t heads = qkv.size(1) / dim - 2 * kv_heads;
  auto rows = slots.to(torch::kLong);
  auto at = positions.to(torch::kLong).index_select(0, rows);  // [n]
  auto angles = (at.to(torch::kFloat).unsqueeze(1) * frequencies.unsqueeze(0)).unsqueeze(1);
  auto cosine = angles.cos() * 1.25, sine = angles.sin() * 1.25;
  auto all = qkv.view({n, heads + 2 * kv_heads, dim});
  auto q = turned(all.narrow(1, 0, heads), q_norm, cosine, sine);
  auto k = turned(all.narrow(1, heads, kv_heads), k_norm, cosine, sine).to(type);
  keys.index_put_({rows, at}, k);
  values.index_put_({rows, at}, all.narrow(1, heads + kv_heads, kv_heads));

  // [n, K, group, D] . [n, K, D, length]
  auto kept_keys = keys.index_select(0, rows).to(torch::kFloat).permute({0, 2, 3, 1});
  auto kept_values = values.index_select(0, rows).to(torch::kFloat).permute({0, 2, 1, 3});
  auto queries = q.view({n, kv_heads, heads / kv_heads, dim});
  auto scores = torch::matmul(queries, kept_keys) / std::sqrt(double(dim));
  auto column = torch::arange(length, at.options()).unsqueeze(0);
  auto unseen = column > at.unsqueeze(1);
  if (window.numel() > 0) unseen = unseen | (column <= (at.unsqueeze(1) - window.numel()));
  scores = scores.masked_fill(unseen.unsqueeze(1).unsqueeze(1), -INFINITY);
  auto out = torch::matmul(torch::softmax(scores, -1), kept_values);
  return {out.reshape({n, heads * dim}).to(type), keys, values};
}

// Rows 0 … n-1 are in slots n … 1 of n + 1; their positions are spread up to the last.
std::vector<torch::Tensor> of(int64_t n, int64_t group, int64_t kv_heads, int64_t dim, int64_t length,
                              int64_t nearest, bool norm, int64_t window, torch::ScalarType scalar) {
  auto type = torch::TensorOptions().dtype(scalar).device(torch::kCUDA);
  auto whole = torch::TensorOptions().dtype(torch::kInt).device(torch::kCUDA);
  auto slots = n - torch::arange(n, whole);
  auto positions = length - 1 - torch::arange(n + 1, whole) * ((length - 1 - nearest) / n);
  auto frequencies = torch::pow(10000.0, torch::arange(dim / 2, torch::TensorOptions().dtype(torch::kFloat).device(torch::kCUDA)) * (-2.0 / dim));
  return {torch::randn({n, (group + 2) * kv_heads * dim}, type), slots.to(torch::kInt),
          positions.to(torch::kInt), frequencies, torch::randn({norm ? dim : 0}, type),
          torch::randn({norm ? dim : 0}, type), torch::randn({n + 1, length, kv_heads, dim}, type),
          torch::randn({n + 1, length, kv_heads, dim}, type), torch::zeros({window}, type)};
}

std::vector<torch::Tensor> inputs() { return of(1, 7, 2, 64, 1500, 1499, false, 0, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_rows() { return of(5, 4, 2, 128, 333, 0, true, 0, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_window() { return of(3, 7, 1, 64, 400, 20, false, 100, torch::kHalf); }
std::vector<torch::Tensor> inputs_many() { return of(2, 16, 1, 128, 200, 64, true, 0, torch::kHalf); }
std::vector<torch::Tensor> inputs_float() { return of(2, 7, 1, 64, 300, 63, true, 130, torch::kFloat); }
std::vector<torch::Tensor> inputs_single() { return of(2, 1, 3, 96, 260, 128, false, 0, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_first() { return of(1, 1, 2, 96, 1, 0, true, 0, torch::kFloat); }
std::vector<torch::Tensor> inputs_narrow() { return of(3, 2, 2, 32, 150, 0, false, 0, torch::kHalf); }
std::vector<torch::Tensor> inputs_wide() { return of(1, 2, 1, 256, 100, 99, true, 0, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_parts() { return of(2, 20, 1, 16, 90, 0, false, 0, torch::kBFloat16); }
