// Rotary position embedding, halves paired: x [tokens, heads, dim], cos and sin [tokens, dim / 2],
// y like x.
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 32
#endif
#ifndef HEADS
#define HEADS 1
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256) default(32)
#pragma kernel tune(HEADS=1, 2, 4, 8) default(1)

// A block takes one token and HEADS of its heads.
__global__ void rope_kernel(const float* x, const float* cosine, const float* sine, float* y,
                            int heads, int dim) {
  int token = blockIdx.x;
  int half = dim / 2;
  for (int k = 0; k < HEADS; k++) {
    int head = blockIdx.y * HEADS + k;
    if (head >= heads) return;
    int64_t base = ((int64_t)token * heads + head) * dim;
    for (int d = threadIdx.x; d < half; d += BLOCK) {
      float c = cosine[token * half + d];
      float s = sine[token * half + d];
      float a = x[base + d];
      float b = x[base + half + d];
      y[base + d] = a * c - b * s;
      y[base + half + d] = b * c + a * s;
    }
  }
}

torch::Tensor forward(torch::Tensor x, torch::Tensor cosine, torch::Tensor sine) {
  auto y = torch::empty_like(x);
  const int tokens = x.size(0);
  const int heads = x.size(1);
  const int dim = x.size(2);
  dim3 grid(tokens, (heads + HEADS - 1) / HEADS);
  rope_kernel<<<grid, BLOCK>>>(x.data_ptr<float>(), cosine.data_ptr<float>(),
                               sine.data_ptr<float>(), y.data_ptr<float>(), heads, dim);
  return y;
}

// Angles [tokens, dim / 2].
torch::Tensor angles(int64_t tokens, int64_t dim) {
  auto position = torch::arange(tokens, torch::dtype(torch::kFloat32).device(torch::kCUDA));
  auto exponent =
      torch::arange(0, dim, 2, torch::dtype(torch::kFloat32).device(torch::kCUDA)) / dim;
  return torch::outer(position, torch::pow(10000.0, -exponent));
}

std::vector<torch::Tensor> inputs() {
  return {torch::randn({1536, 32, 128}, torch::kCUDA), angles(1536, 128).cos(),
          angles(1536, 128).sin()};
}
std::vector<torch::Tensor> inputs_odd() {
  return {torch::randn({37, 5, 74}, torch::kCUDA), angles(37, 74).cos(), angles(37, 74).sin()};
}
std::vector<torch::Tensor> inputs_one() {
  return {torch::randn({1, 1, 2}, torch::kCUDA), torch::rand({1, 1}, torch::kCUDA),
          torch::rand({1, 1}, torch::kCUDA)};
}
