// SwiGLU (Shazeer 2020): y = silu(gate) * up, silu(g) = g / (1 + exp(-g)), and its gradient.
// gate_up [rows, 2 width]: a row's gates, then its ups; y [rows, width]. width is a multiple of what
// 16 bytes hold. Bound by memory: 3 elements per result forward, 5 backward.
#include <torch/extension.h>

#include "vectors.cuh"

#ifndef VERSION
#define VERSION 2
#endif
#pragma kernel tune(VERSION=1, 2) default(2)

__device__ __forceinline__ float sigmoid(float x) {
  return __fdividef(1.0f, 1.0f + __expf(-x));  // within 2 ulp; 0 far below
}

// 1: a thread for every result.
template <typename T>
__global__ void swiglu_1(const T* gate_up, T* y, int64_t rows, int width) {
  const int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x;
  if (i >= rows * width) return;
  const T* gates = gate_up + i / width * 2 * width;
  const float gate = gates[i % width], up = gates[width + i % width];
  y[i] = T(gate * sigmoid(gate) * up);
}

// 2: a thread for every 16 bytes of results.
template <typename T>
__global__ void swiglu_2(const T* gate_up, T* y, int64_t rows, int width) {
  constexpr int kSize = Vector<T>::kSize;
  const int64_t i = (blockIdx.x * int64_t(blockDim.x) + threadIdx.x) * kSize;
  if (i >= rows * width) return;
  const int64_t row = i / width, begin = row * 2 * width + (i - row * width);
  const Vector<T> gates = load(gate_up + begin), ups = load(gate_up + begin + width);
  Vector<T> out;
#pragma unroll
  for (int k = 0; k < kSize; ++k) {
    const float gate = gates.values[k];
    out.values[k] = T(gate * sigmoid(gate) * float(ups.values[k]));
  }
  store(y + i, out);
}

// With s = sigmoid(g): d gate = dy u s (1 + g (1 - s)), d up = dy g s. Threads as in swiglu_2.
template <typename T>
__global__ void swiglu_backward(const T* gate_up, const T* y_gradient, T* gradient, int64_t rows,
                                int width) {
  constexpr int kSize = Vector<T>::kSize;
  const int64_t i = (blockIdx.x * int64_t(blockDim.x) + threadIdx.x) * kSize;
  if (i >= rows * width) return;
  const int64_t row = i / width, begin = row * 2 * width + (i - row * width);
  const Vector<T> gates = load(gate_up + begin), ups = load(gate_up + begin + width);
  const Vector<T> dy = load(y_gradient + i);
  Vector<T> gate_gradient, up_gradient;
#pragma unroll
  for (int k = 0; k < kSize; ++k) {
    const float gate = gates.values[k], share = sigmoid(gate), d = dy.values[k];
    gate_gradient.values[k] =
        T(d * float(ups.values[k]) * share * (1.0f + gate * (1.0f - share)));
    up_gradient.values[k] = T(d * gate * share);
  }
  store(gradient + begin, gate_gradient);
  store(gradient + begin + width, up_gradient);
}

std::vector<torch::Tensor> forward(torch::Tensor gate_up, torch::Tensor y_gradient) {
  const int64_t rows = gate_up.size(0);
  const int width = gate_up.size(1) / 2, block = 256;
  auto y = torch::empty_like(y_gradient);
  auto gradient = torch::empty_like(gate_up);
  AT_DISPATCH_FLOATING_TYPES_AND2(
      at::kHalf, at::kBFloat16, gate_up.scalar_type(), "swiglu", ([&] {
        const int64_t each = 16 / sizeof(scalar_t);
        const int64_t threads = rows * width / each;
        const auto* in = gate_up.data_ptr<scalar_t>();
        if (VERSION == 1) {
          swiglu_1<scalar_t><<<(rows * width + block - 1) / block, block>>>(
              in, y.data_ptr<scalar_t>(), rows, width);
        } else {
          swiglu_2<scalar_t><<<(threads + block - 1) / block, block>>>(
              in, y.data_ptr<scalar_t>(), rows, width);
        }
        swiglu_backward<scalar_t><<<(threads + block - 1) / block, block>>>(
            in, y_gradient.data_ptr<scalar_t>(), gradient.data_ptr<scalar_t>(), rows, width);
      }));
  return {y, gradient};
}
