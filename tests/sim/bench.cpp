// sim_bench: lane instructions per second of the PTX machine on a tiled 256³ matmul, with every
// access checked.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

#include "cudal1/core/files.h"
#include "cudal1/sim/machine.h"

using namespace cudal1;
using namespace cudal1::sim;

namespace {

constexpr uint32_t kSize = 256;

struct Params {
  const float *a, *b;
  float* c;
  int n;
  int padding = 0;
};

double run_once(const Module& module, const char* kernel, uint32_t tile, const RunOptions& options,
                double& billions) {
  static std::vector<float> a(kSize * kSize, 1.0f), b(kSize * kSize, 2.0f), c(kSize * kSize);
  Memory memory;
  for (auto* v : {&a, &b, &c})
    memory.add({uint64_t(v->data()), uint64_t(v->data() + v->size()), "matrix", true, ""});
  const Params params{a.data(), b.data(), c.data(), int(kSize)};
  const Launch launch{kernel,
                      {kSize / tile, kSize / tile, 1},
                      {tile, tile, 1},
                      0,
                      {reinterpret_cast<const std::byte*>(&params), 28}};
  const auto start = std::chrono::steady_clock::now();
  const LaunchResult result = run(module, memory, launch, options);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (result.fault) std::printf("fault: %s\n", result.fault->message.c_str());
  if (c[0] != 2.0f * kSize || c.back() != 2.0f * kSize)
    std::printf("wrong result %g\n", double(c[0]));
  billions = double(result.counts.lane_instructions) / 1e9;
  return seconds;
}

void report(const Module& module, const char* kernel, uint32_t tile, bool count) {
  RunOptions options;
  options.count = count;
  double best = 1e9, billions = 0;
  for (int i = 0; i < 7; ++i)
    best = std::min(best, run_once(module, kernel, tile, options, billions));
  std::printf("%-10s count=%d  %7.2f ms  %5.2f G lane instructions/s\n", kernel, count, best * 1e3,
              billions / best);
}

}  // namespace

int main() {
  auto module = parse_ptx(read_file(CUDAL1_SOURCE_DIR "/tests/sim/ptx/matmul.ptx"));
  if (!module)
    return std::printf("line %d: %s\n", module.error().line, module.error().message.c_str()), 1;
  for (bool count : {false, true}) {
    report(*module, "matmul16", 16, count);
    report(*module, "matmul32", 32, count);
  }
}
