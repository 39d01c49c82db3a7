// The roofline on planted cases.
#include "cudal1/sim/predict.h"

#include <unistd.h>

#include <filesystem>

#include "cudal1/core/error.h"
#include "harness.h"

namespace cudal1::sim::testing {
namespace {

GpuSpec h200() { return read_gpu_spec(CUDAL1_SOURCE_DIR "/configs/gpus/h200.json"); }

Prediction of_transpose(const char* name) {
  static const Module kModule = module_of(fixture("kernels.ptx"));
  const int n = 1024;
  Array<float> x(n * n), y(n * n);
  Kernel kernel(kModule, name);
  kernel.options.max_blocks = 64;
  const LaunchResult result = kernel.array(x).array(y).value(n).launch({32, 32}, {32, 8});
  EXPECT_FALSE(result.fault);
  return predict(h200(),
                 result.counts.scaled(double(result.blocks_total) / double(result.blocks_run)),
                 {32, 32}, {32, 8}, {32, 4224});
}

TEST(Predict, TransposesComeInTheRightOrder) {
  const Prediction padded = of_transpose("transpose_padded"),
                   conflicts = of_transpose("transpose_conflicts"),
                   naive = of_transpose("transpose_naive");
  EXPECT_LT(padded.seconds, conflicts.seconds);
  EXPECT_LT(padded.seconds, naive.seconds);
  EXPECT_EQ(conflicts.bound, "shared");
  EXPECT_GE(padded.seconds, padded.floor_seconds);
  // 8 MB at 4.3 TB/s
  const double exact = 8.0 * 1024 * 1024 / 4.3e12;
  EXPECT_GE(padded.floor_seconds, 0.99 * exact);
  EXPECT_LE(padded.floor_seconds, 1.01 * exact);
}

Counts streaming(uint64_t bytes) {
  Counts c;
  c.global_load_sectors = c.l2_load_sectors = c.unique_load_sectors = bytes / 64;
  c.global_store_sectors = c.unique_store_sectors = bytes / 64;
  c.load_store = bytes / 2 / 128 * 2, c.global_lines = bytes / 128;
  c.warp_instructions = 10 * bytes / 256, c.warps = bytes / 256;
  return c;
}

TEST(Predict, LargeCopyIsBoundByDram) {
  const Prediction p = predict(h200(), streaming(1u << 30), {1u << 14}, {256}, {});
  EXPECT_EQ(p.bound, "DRAM");
  EXPECT_NEAR(p.seconds, (1u << 30) / 4.3e12, 0.05 * p.seconds);
  EXPECT_DOUBLE_EQ(p.occupancy, 1.0);
}
TEST(Predict, GrowsWithEveryCounter) {
  const Counts base = streaming(1u << 26);
  const double before = predict(h200(), base, {4096}, {256}, {}).seconds;
  for (auto member :
       {&Counts::warp_instructions, &Counts::fp32, &Counts::fp64, &Counts::fp16, &Counts::integer,
        &Counts::sfu, &Counts::shared_wavefronts, &Counts::atomic_serialised,
        &Counts::unique_load_sectors, &Counts::tensor_flops}) {
    Counts more = base;
    more.*member += uint64_t(1) << 40;
    EXPECT_GT(predict(h200(), more, {4096}, {256}, {}).seconds, before);
  }
}
TEST(Predict, FewBlocksCannotUseTheDevice) {
  Counts c;
  c.fp32 = c.warp_instructions = 1u << 24, c.warps = 4096;
  EXPECT_GT(predict(h200(), c, {16}, {256}, {}).seconds,
            4 * predict(h200(), c, {512}, {256}, {}).seconds);
  // 133 blocks leave a tail that 132 do not
  EXPECT_GT(predict(h200(), c, {133}, {256}, {}).seconds,
            1.5 * predict(h200(), c, {132}, {256}, {}).seconds);
}
TEST(Predict, OccupancyFollowsEveryLimit) {
  const GpuSpec gpu = h200();
  const auto occupancy = [&](uint32_t threads, uint32_t registers, uint64_t shared) {
    return predict(gpu, streaming(1 << 20), {1000}, {threads}, {registers, shared}).occupancy;
  };
  EXPECT_DOUBLE_EQ(occupancy(256, 32, 0), 1.0);
  EXPECT_DOUBLE_EQ(occupancy(256, 64, 0), 0.5);
  EXPECT_DOUBLE_EQ(occupancy(256, 255, 0), 0.125);
  EXPECT_DOUBLE_EQ(occupancy(32, 32, 0), 0.5);             // 32 blocks of one warp
  EXPECT_DOUBLE_EQ(occupancy(256, 32, 100 * 1024), 0.25);  // two blocks fit
  EXPECT_DOUBLE_EQ(occupancy(1024, 32, 0), 1.0);
}

std::string error_of(const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("cudal1_gpu_spec_" + std::to_string(getpid()) + ".json");
  write_file_atomically(path, text);
  try {
    read_gpu_spec(path);
  } catch (const DataError& error) {
    std::filesystem::remove(path);
    return error.what();
  }
  std::filesystem::remove(path);
  return "";
}
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(GpuSpec, ErrorsNameTheKey) {
  const std::string good = read_file(CUDAL1_SOURCE_DIR "/configs/gpus/h200.json");
  EXPECT_EQ(error_of(good), "");
  EXPECT_NE(error_of(replaced(good, "\"sms\": 132", "\"smz\": 132")).find("\"sms\" is missing"),
            std::string::npos);
  EXPECT_NE(error_of(replaced(good, "\"sms\": 132", "\"sms\": 132, \"smz\": 1"))
                .find("\"smz\" is unknown"),
            std::string::npos);
  EXPECT_NE(error_of(replaced(good, "\"sms\": 132", "\"sms\": -1"))
                .find("\"sms\" is -1, which is out of range"),
            std::string::npos);
  EXPECT_NE(error_of(replaced(good, "\"sms\": 132", "\"sms\": 1.5")).find("not a whole number"),
            std::string::npos);
  EXPECT_NE(error_of("[]").find("is not a JSON object"), std::string::npos);
}

}  // namespace
}  // namespace cudal1::sim::testing
