// Real kernels against CPU references.
#include <bit>
#include <cmath>
#include <numeric>

#include "harness.h"

namespace cudal1::sim::testing {
namespace {

class Kernels : public ::testing::Test {
 protected:
  static const Module& module() {
    static const Module kModule = module_of(fixture("kernels.ptx"));
    return kModule;
  }
  static Kernel kernel(const char* name) { return Kernel(module(), name); }
};

uint16_t half_bits(float x) {
  _Float16 h = _Float16(x);
  return std::bit_cast<uint16_t>(h);
}
float from_half(uint16_t x) { return float(std::bit_cast<_Float16>(x)); }
uint16_t brain_bits(float x) { return uint16_t(std::bit_cast<uint32_t>(x) >> 16); }
float from_brain(uint16_t x) { return std::bit_cast<float>(uint32_t(x) << 16); }

TEST_F(Kernels, ReduceSum) {
  auto x = noise(5003);
  Array<float> out(1);
  kernel("reduce_sum").array(x).array(out).value(5003).ok({7}, {256});
  EXPECT_NEAR(out[0], std::accumulate(x.begin(), x.end(), 0.0), 1e-3);
}

TEST_F(Kernels, Softmax) {
  const int rows = 5, cols = 300;
  auto x = noise(rows * cols);
  Array<float> y(x.size());
  kernel("softmax").array(x).array(y).value(cols).shared(128 * 4).ok({rows}, {128});
  for (int r = 0; r < rows; ++r) {
    double sum = 0;
    for (int c = 0; c < cols; ++c) sum += std::exp(double(x[r * cols + c]));
    for (int c = 0; c < cols; ++c)
      EXPECT_NEAR(y[r * cols + c], std::exp(double(x[r * cols + c])) / sum, 1e-6);
  }
}

TEST_F(Kernels, LayerNorm) {
  const int cols = 77;
  auto x = noise(3 * cols), g = noise(cols, 2), b = noise(cols, 3);
  Array<float> y(x.size());
  kernel("layer_norm").array(x).array(g).array(b).array(y).value(cols).ok({3}, {32});
  for (int r = 0; r < 3; ++r) {
    double mean = 0, var = 0;
    for (int c = 0; c < cols; ++c) mean += x[r * cols + c] / double(cols);
    for (int c = 0; c < cols; ++c) var += std::pow(x[r * cols + c] - mean, 2) / cols;
    for (int c = 0; c < cols; ++c)
      EXPECT_NEAR(y[r * cols + c], (x[r * cols + c] - mean) / std::sqrt(var + 1e-5) * g[c] + b[c],
                  1e-5);
  }
}

TEST_F(Kernels, TransposesCountWhatTheyCost) {
  const int n = 64;
  auto x = noise(n * n);
  Counts counts[3];
  const char* names[] = {"transpose_padded", "transpose_conflicts", "transpose_naive"};
  for (int i = 0; i < 3; ++i) {
    Array<float> y(x.size());
    counts[i] = kernel(names[i]).array(x).array(y).value(n).ok({2, 2}, {32, 8});
    bool same = true;
    for (int at = 0; at < n * n; ++at) same &= y[at % n * n + at / n] == x[at];
    EXPECT_TRUE(same) << names[i];
  }
  const uint64_t warp_accesses = n * n / 32;
  EXPECT_EQ(counts[0].shared_wavefronts, 2 * warp_accesses);
  EXPECT_EQ(counts[1].shared_wavefronts, warp_accesses + 32 * warp_accesses);
  EXPECT_EQ(counts[0].global_store_sectors, 4 * warp_accesses);
  EXPECT_EQ(counts[2].global_store_sectors, 32 * warp_accesses);
  EXPECT_EQ(counts[2].global_load_sectors, 4 * warp_accesses);
  EXPECT_EQ(counts[0].unique_load_sectors, uint64_t(n * n * 4 / 32));
  EXPECT_EQ(counts[0].global_load_bytes, uint64_t(n * n * 4));
  EXPECT_EQ(counts[0].barriers, 4u * 8);
}

TEST_F(Kernels, Scans) {
  Array<int> x(512), y(512), z(500);
  for (int i = 0; i < 512; ++i) x[i] = i * 7 % 13 - 5;
  kernel("scan_block").array(x).array(y).ok({2}, {256});
  kernel("scan_warp").array(x).array(z).value(500).ok({4}, {128});
  for (int i = 0, sum = 0, in_warp = 0; i < 512; ++i) {
    sum = (i % 256 ? sum : 0) + x[i];
    in_warp = (i % 32 ? in_warp : 0) + x[i];
    ASSERT_EQ(y[i], sum);
    if (i >= 500) continue;
    ASSERT_EQ(z[i], in_warp);
  }
}

TEST_F(Kernels, Histogram) {
  Array<uint8_t> x(3001);
  Array<uint32_t> bins(256), expected(256);
  for (size_t i = 0; i < x.size(); ++i) ++expected[x[i] = uint8_t(i * i % 251)];
  kernel("histogram").array(x).array(bins).value(3001).ok({3}, {128});
  EXPECT_EQ(bins, expected);
}

TEST_F(Kernels, Convolution) {
  const int h = 19, w = 37;
  auto x = noise(h * w);
  Array<float> y(x.size());
  kernel("conv2d").array(x).array(y).value(h).value(w).ok({3, 3}, {16, 8});
  const int f[3] = {1, 2, 1};
  for (int r = 0; r < h; ++r)
    for (int c = 0; c < w; ++c) {
      double s = 0;
      for (int i = -1; i <= 1; ++i)
        for (int j = -1; j <= 1; ++j)
          if (r + i >= 0 && r + i < h && c + j >= 0 && c + j < w)
            s += x[(r + i) * w + c + j] * f[i + 1] * f[j + 1];
      EXPECT_NEAR(y[r * w + c], s / 16, 1e-5);
    }
}

TEST_F(Kernels, StencilInDoublePrecision) {
  Array<double> x(300), y(300);
  for (int i = 0; i < 300; ++i) x[i] = 1.0 / (i + 1);
  const Counts counts = kernel("stencil").array(x).array(y).value(300).ok({3}, {128});
  EXPECT_GT(counts.fp64, 0u);
  for (int i = 0; i < 300; ++i) {
    double s = 0;
    for (int k = 0; k < 5; ++k)
      s += (i + k - 2 >= 0 && i + k - 2 < 300 ? x[i + k - 2] : 0) * (k + 1);
    EXPECT_NEAR(y[i], s, 1e-12);
  }
}

TEST_F(Kernels, Argmax) {
  const int cols = 91;
  auto x = noise(4 * cols);
  Array<int64_t> out(4);
  kernel("argmax_rows").array(x).array(out).value(cols).ok({4}, {32});
  for (int r = 0; r < 4; ++r) {
    const auto row = x.begin() + r * cols;
    EXPECT_EQ(out[r], std::max_element(row, row + cols) - row);
  }
}

TEST_F(Kernels, Gather) {
  auto table = noise(10 * 40);
  Array<int64_t> index = {9, 0, 3};
  Array<float> y(3 * 40);
  kernel("gather").array(table).array(index).array(y).value(40).ok({3}, {32});
  for (int i = 0; i < 120; ++i) EXPECT_EQ(y[i], table[index[i / 40] * 40 + i % 40]);
}

TEST_F(Kernels, Half2Axpy) {
  const auto fx = noise(200), fy = noise(200, 9);
  Array<uint32_t> x(100), y(100);
  Array<uint16_t> expected(200);
  for (int i = 0; i < 200; ++i) {
    const uint16_t hx = half_bits(fx[i]), hy = half_bits(fy[i]);
    reinterpret_cast<uint16_t*>(x.data())[i] = hx;
    reinterpret_cast<uint16_t*>(y.data())[i] = hy;
    expected[i] = half_bits(from_half(half_bits(0.3f)) * from_half(hx) + from_half(hy));
  }
  kernel("half2_axpy").array(x).array(y).value(0.3f).value(100).ok({1}, {128});
  for (int i = 0; i < 200; ++i)
    EXPECT_NEAR(from_half(reinterpret_cast<uint16_t*>(y.data())[i]), from_half(expected[i]), 1e-3);
}

TEST_F(Kernels, GeluInBf16) {
  const auto fx = noise(100);
  Array<uint16_t> x(100), y(100);
  for (int i = 0; i < 100; ++i) x[i] = brain_bits(fx[i] * 3);
  kernel("bf16_gelu").array(x).array(y).value(100).ok({2}, {64});
  for (int i = 0; i < 100; ++i) {
    const float v = from_brain(x[i]);
    EXPECT_NEAR(from_brain(y[i]), 0.5f * v * (1 + std::erf(v * 0.70710678f)), 0.01f);
  }
}

TEST_F(Kernels, VectorCopy) {
  auto x = noise(4 * 1000);
  Array<float> y(x.size());
  const Counts counts = kernel("copy4").array(x).array(y).value(1000).ok({8}, {128});
  EXPECT_EQ(x, y);
  EXPECT_EQ(counts.global_load_bytes, 16000u);
  // Off a 32-byte boundary each of the 32 warps' accesses touches one sector more.
  const bool is_aligned = reinterpret_cast<uintptr_t>(x.data()) % 32 == 0;
  EXPECT_EQ(counts.global_load_sectors, is_aligned ? 500u : 532u);
}

TEST_F(Kernels, WarpAggregatedCompaction) {
  auto x = noise(1000);
  Array<float> y(1000);
  Array<int> count(1);
  const Counts counts =
      kernel("compact_positive").array(x).array(y).array(count).value(1000).ok({4}, {256});
  Array<float> expected;
  std::copy_if(x.begin(), x.end(), std::back_inserter(expected), [](float v) { return v > 0; });
  ASSERT_EQ(size_t(count[0]), expected.size());
  y.resize(expected.size());
  std::sort(y.begin(), y.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(y, expected);
  EXPECT_EQ(counts.atomics, 32u);
}

TEST_F(Kernels, RecursionOfADeviceFunction) {
  Array<int> x(20), y(20);
  std::iota(x.begin(), x.end(), 0);
  kernel("recursion").array(x).array(y).value(12).ok({1}, {32});
  EXPECT_EQ(y[11], 89);
  EXPECT_EQ(y[7], 13);
  EXPECT_EQ(y[12], 0);
}

TEST_F(Kernels, LocalArray) {
  Array<int> x(16), y(64);
  for (int i = 0; i < 16; ++i) x[i] = i * 5 % 11;
  kernel("local_array").array(x).array(y).value(9).ok({1}, {64});
  for (int t = 0; t < 64; ++t) {
    int a[16];
    for (int i = 0; i < 16; ++i) a[i] = x[i] + t;
    for (int i = 0; i < 9; ++i) a[x[i] & 15] += a[(i + t) & 15];
    uint32_t s = 0;
    for (int i = 0; i < 16; ++i) s = s * 31 + uint32_t(a[i]);
    EXPECT_EQ(y[t], int(s));
  }
}

TEST_F(Kernels, IntegerIntrinsics) {
  Array<int64_t> x(64), y(64);
  Array<int> d(64);
  Rng rng(4);
  for (int i = 0; i < 64; ++i)
    x[i] = int64_t(rng.next()), d[i] = int(int32_t(rng.next()) >> (i % 30));
  d[3] = 0;
  kernel("integers").array(x).array(d).array(y).value(64).ok({1}, {64});
  for (int i = 0; i < 64; ++i) {
    const int64_t v = x[i];
    const int k = d[i];
    int64_t r = int64_t(uint64_t(v / (k ? k : 1)) + uint64_t(v % (k ? k : 7)));
    uint32_t reversed = 0;
    for (int b = 0; b < 32; ++b) reversed |= ((uint32_t(k) >> b) & 1) << (31 - b);
    r ^= int64_t(reversed) << 7;
    const auto high = int64_t(uint64_t((unsigned __int128)(uint64_t(v)) * uint64_t(r) >> 64));
    const int clz = k == 0 ? 32 : __builtin_clz(unsigned(k));
    // The sum before __umul64hi has int type and wraps as such.
    const int small = int(uint32_t(__builtin_popcountll(uint64_t(v))) + uint32_t(clz) +
                          uint32_t(__builtin_ffs(k)) + uint32_t(int64_t(k) * int32_t(v) >> 32));
    r = int64_t(uint64_t(r) + uint64_t(int64_t(small)) + uint64_t(high));
    r = int64_t(
        uint64_t(r) +
        uint64_t(int64_t(
            int32_t(unsigned(k) / 10u + uint8_t(v) + unsigned(int8_t(k)) + unsigned(int16_t(v))))) *
            0 +
        uint64_t(unsigned(k) / 10u + uint8_t(v) + unsigned(int8_t(k)) + unsigned(int16_t(v))));
    EXPECT_EQ(y[i], r) << i << " k=" << k;
  }
}

TEST_F(Kernels, Transcendental) {
  auto x = noise(200);
  for (float& v : x) v *= 20;
  Array<float> y(200);
  Array<double> z(200);
  kernel("transcendental").array(x).array(y).array(z).value(200).ok({2}, {128});
  for (int i = 0; i < 200; ++i) {
    const double v = x[i], a = std::fabs(v);
    EXPECT_NEAR(y[i],
                std::sin(v) + std::cos(v) + std::tanh(v) + std::log(a + 1) + std::pow(a, 1.5) +
                    std::sqrt(a),
                1e-4);
    EXPECT_NEAR(z[i],
                std::exp(v / 8) + std::sin(v) / (1 + v * v) + std::log(2.0 + double(x[i] * x[i])),
                1e-6 * (1 + std::fabs(z[i])));
  }
}

TEST_F(Kernels, WmmaTile) {
  const int n = 48;
  const auto fa = noise(16 * n), fb = noise(16 * n, 5);
  Array<uint16_t> a, b;
  for (float v : fa) a.push_back(half_bits(v));
  for (float v : fb) b.push_back(half_bits(v));
  Array<float> c(256);
  const Counts counts = kernel("wmma_tile").array(a).array(b).array(c).value(n).ok({1}, {32});
  EXPECT_EQ(counts.tensor_flops, 2u * 16 * 16 * n);
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 16; ++j) {
      double s = 0.5;
      for (int k = 0; k < n; ++k) s += double(from_half(a[i * n + k])) * from_half(b[j * n + k]);
      EXPECT_NEAR(c[i * 16 + j], s, 1e-4);
    }
}

TEST_F(Kernels, MmaWithLdmatrix) {
  const auto fa = noise(256), fb = noise(128, 5);
  Array<uint16_t> a, b;
  for (float v : fa) a.push_back(brain_bits(v));
  for (float v : fb) b.push_back(brain_bits(v));
  Array<float> c(128);
  kernel("mma_tile").array(a).array(b).array(c).ok({1}, {32});
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 8; ++j) {
      double s = 0;
      for (int k = 0; k < 16; ++k)
        s += double(from_brain(a[i * 16 + k])) * from_brain(b[j * 16 + k]);
      EXPECT_NEAR(c[i * 8 + j], s, 1e-5);
    }
}

TEST_F(Kernels, ModuleVariablesKeepTheirValueUntilReset) {
  Module module = module_of(fixture("kernels.ptx"));
  Array<int> y(32);
  auto* counter = static_cast<int*>(module.variable_address("counter"));
  ASSERT_NE(counter, nullptr);
  EXPECT_EQ(*counter, 5);
  Kernel(module, "globals").array(y).ok({1}, {32});
  EXPECT_EQ(*counter, 37);
  EXPECT_EQ(y[0], 'a');
  EXPECT_EQ(y[1], 'b');
  module.reset_variables();
  EXPECT_EQ(*counter, 5);
}

TEST_F(Kernels, Divergence) {
  Array<int> x(64), y(64);
  std::iota(x.begin(), x.end(), 1);
  const Counts counts = kernel("divergent").array(x).array(y).value(60).ok({1}, {64});
  EXPECT_GT(counts.divergent_branches, 0u);
  for (int i = 0; i < 64; ++i) {
    int v = x[i], steps = 0;
    for (; v != 1 && steps < 60; ++steps) v = v % 2 == 0 ? v / 2 : 3 * v + 1;
    switch (v % 7) {
      case 0:
        steps += 3;
        break;
      case 1:
        steps *= 2;
        break;
      case 2:
        steps -= 5;
        break;
      case 3:
        steps ^= 9;
        break;
      case 4:
        steps |= 1;
        break;
      case 5:
        steps <<= 2;
        break;
      default:
        steps = -steps;
    }
    EXPECT_EQ(y[i], steps) << i;
  }
}

TEST_F(Kernels, RandomScheduleGivesTheSame) {
  Array<int> x(512, 3), y(512), z(512);
  kernel("scan_block").array(x).array(y).ok({2}, {256});
  Kernel random = kernel("scan_block");
  random.options.schedule = Schedule::kRandom;
  random.options.find_races = true;
  random.options.find_uninitialised = true;
  random.array(x).array(z).ok({2}, {256});
  EXPECT_EQ(y, z);
}

TEST_F(Kernels, SampledBlocksAreSpread) {
  auto x = noise(128 * 100);
  Array<float> y(x.size());
  Kernel sampled = kernel("copy4");
  sampled.options.max_blocks = 3;
  const LaunchResult result = sampled.array(x).array(y).value(3200).launch({25}, {128});
  EXPECT_EQ(result.blocks_run, 3u);
  EXPECT_EQ(result.blocks_total, 25u);
  // One block of each third, and both ends of the grid.
  EXPECT_EQ(y[0], x[0]);
  EXPECT_EQ(y.back(), x.back());
  int written = 0;
  for (size_t block = 0; block < 25; ++block) written += y[block * 512] == x[block * 512];
  EXPECT_GE(written, 3);
  EXPECT_LE(written, 5);
  EXPECT_EQ(result.counts.scaled(25.0 / 3).blocks, 25u);
}

TEST(Matmul, Tiled) {
  const Module module = module_of(fixture("matmul.ptx"));
  const int n = 64;
  auto a = noise(n * n), b = noise(n * n, 2);
  Array<float> c(n * n);
  Kernel(module, "matmul16").array(a).array(b).array(c).value(n).ok({4, 4}, {16, 16});
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      float s = 0;
      for (int k = 0; k < n; ++k) s = std::fma(a[i * n + k], b[k * n + j], s);
      ASSERT_EQ(c[i * n + j], s);  // the same order of fused operations: the same bits
    }
}

}  // namespace
}  // namespace cudal1::sim::testing
