// The embeddings of the last tokens of texts: y[i] = embedding[tokens[slots[i]]].
// slots [rows]: below zero stands for no text, whose y is 0; tokens by slot; embedding [vocab, width],
// y [rows, width]. Bound by memory, where it is not by the launch.
#include <torch/extension.h>

#include "vectors.cuh"

#ifndef VERSION
#define VERSION 2
#endif
#pragma kernel tune(VERSION=1, 2) default(2)

// 1: a thread for every element of a row, a block for every row.
template <typename T>
__global__ void embed_1(const int* slots, const int* tokens, const T* embedding, T* y, int width) {
  const int slot = slots[blockIdx.x];
  for (int i = threadIdx.x; i < width; i += blockDim.x)
    y[int64_t(blockIdx.x) * width + i] =
        slot < 0 ? T(0.0f) : embedding[int64_t(tokens[slot]) * width + i];
}

// 2: a thread for every 16 bytes; width is a multiple of what they hold.
template <typename T>
__global__ void embed_2(const int* slots, const int* tokens, const T* embedding, T* y, int width) {
  const int slot = slots[blockIdx.x];
  const T* from = embedding + int64_t(slot < 0 ? 0 : tokens[slot]) * width;
  for (int i = threadIdx.x * Vector<T>::kSize; i < width; i += blockDim.x * Vector<T>::kSize)
    store(y + int64_t(blockIdx.x) * width + i, slot < 0 ? Vector<T>{} : load(from + i));
}

torch::Tensor forward(torch::Tensor slots, torch::Tensor tokens, torch::Tensor embedding) {
  const int rows = slots.size(0), width = embedding.size(1);
  auto y = torch::empty({rows, width}, embedding.options());
  AT_DISPATCH_FLOATING_TYPES_AND2(
      at::kHalf, at::kBFloat16, embedding.scalar_type(), "embed", ([&] {
        if (VERSION == 1) {
          embed_1<scalar_t><<<rows, 128>>>(slots.data_ptr<int>(), tokens.data_ptr<int>(),
                                           embedding.data_ptr<scalar_t>(), y.data_ptr<scalar_t>(),
                                           width);
        } else {
          embed_2<scalar_t><<<rows, 128>>>(slots.data_ptr<int>(), tokens.data_ptr<int>(),
                                           embedding.data_ptr<scalar_t>(), y.data_ptr<scalar_t>(),
                                           width);
        }
      }));
  return y;
}
