// Top-1 gate of a mixture of experts: logits [tokens, experts] to the largest softmax probability
// [tokens] and its expert [tokens] (int64). One thread per token.
#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 32
#endif
#pragma kernel tune(BLOCK=32, 64, 128, 256) default(32)

__global__ void top1_kernel(const float* logits, float* weight, int64_t* expert, int tokens,
                            int experts) {
  int t = blockIdx.x * BLOCK + threadIdx.x;
  if (t >= tokens) return;
  const float* z = logits + t * experts;
  int best = 0;
  for (int e = 1; e < experts; e++) {
    if (z[e] > z[best]) best = e;
  }
  float sum = 0.0f;
  for (int e = 0; e < experts; e++) sum += expf(z[e] - z[best]);
  weight[t] = 1.0f / sum;
  expert[t] = best;
}

std::vector<torch::Tensor> forward(torch::Tensor logits) {
  const int tokens = logits.size(0);
  const int experts = logits.size(1);
  auto weight = torch::empty({tokens}, logits.options());
  auto expert = torch::empty({tokens}, logits.options().dtype(torch::kInt64));
  top1_kernel<<<(tokens + BLOCK - 1) / BLOCK, BLOCK>>>(logits.data_ptr<float>(),
                                                       weight.data_ptr<float>(),
                                                       expert.data_ptr<int64_t>(), tokens, experts);
  return {weight, expert};
}

std::vector<torch::Tensor> inputs() { return {torch::randn({65536, 64}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({1003, 17}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one() { return {torch::randn({1, 8}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_one_expert() { return {torch::randn({70, 1}, torch::kCUDA)}; }
