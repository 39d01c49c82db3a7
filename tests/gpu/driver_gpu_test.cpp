#include "cudal1/gpu/driver.h"

#include <numeric>

#include "cudal1/gpu/probe.h"
#include "device_fixture.h"

namespace cudal1::gpu {
namespace {

constexpr char kSaxpy[] = R"(
__global__ void saxpy(int n, float a, const float* x, float* y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = a * x[i] + y[i];
})";

class DriverTest : public DeviceTest {};

TEST_F(DriverTest, InfoIsPlausible) {
  const DeviceInfo& info = context().info();
  SCOPED_TRACE(info.name + " at " + info.pci_bus_id + ", L2 " + std::to_string(info.l2_bytes));
  EXPECT_NE(info.name, "");
  EXPECT_NE(info.pci_bus_id.find(':'), std::string::npos);
  EXPECT_GE(info.major, 7);
  EXPECT_GT(info.sms, 0);
  EXPECT_GT(info.total_memory, uint64_t(1) << 30);
  EXPECT_GT(info.l2_bytes, uint64_t(1) << 20);
  EXPECT_EQ(info.warp_size, 32);
  EXPECT_GE(info.shared_per_block_optin, info.shared_per_block);
  EXPECT_GE(info.driver_version, 12000);
  EXPECT_GT(info.clock_khz, 0);
  EXPECT_GT(info.memory_bus_bits, 0);
}

TEST_F(DriverTest, SaxpyRoundTrip) {
  constexpr int kCount = 1'000'003;
  std::vector<float> x(kCount), y(kCount);
  std::iota(x.begin(), x.end(), 0.0f);
  std::fill(y.begin(), y.end(), 1.0f);
  const GuardedBuffer device_x = buffer(kCount * 4), device_y = buffer(kCount * 4);
  const Stream stream(context());
  expect(copy_to_device(context(), device_x.get(), x.data(), kCount * 4, stream.get()));
  expect(copy_to_device(context(), device_y.get(), y.data(), kCount * 4, stream.get()));

  const Module saxpy = module(kSaxpy);
  int n = kCount;
  float a = 2;
  CUdeviceptr px = device_x.get(), py = device_y.get();
  void* parameters[] = {&n, &a, &px, &py};
  expect(launch(context(), function(saxpy, "saxpy"), {(kCount + 255) / 256, 1, 1}, {256, 1, 1}, 0,
                stream.get(), parameters));
  expect(stream.synchronize());
  const std::vector<float> result = read<float>(device_y.get(), kCount);
  for (int i = 0; i < kCount; ++i)
    ASSERT_EQ(result[size_t(i)], 2.0f * float(i) + 1.0f) << "element " << i;
}

TEST_F(DriverTest, FunctionInfoAgreesWithPtxas) {
  const Module saxpy = module(kSaxpy);
  const Result<FunctionInfo, DriverFault> info = function_info(context(), function(saxpy, "saxpy"));
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->registers, compiled_.resources.at(compiled_.lowered_names.at("saxpy")).registers);
  EXPECT_EQ(info->max_threads_per_block, 1024u);
  const Result<int, DriverFault> blocks =
      blocks_per_sm(context(), function(saxpy, "saxpy"), 256, 0);
  ASSERT_TRUE(blocks) << blocks.error().message;
  EXPECT_GE(*blocks, 1);
  EXPECT_LE(*blocks * 256, context().info().max_threads_per_sm);
}

TEST_F(DriverTest, ManySharedBytesNeedToBeAllowed) {
  const Module big = module(
      "extern \"C\" __global__ void big(int* x) { extern __shared__ int s[]; s[threadIdx.x] = "
      "x[0]; __syncthreads(); "
      "x[threadIdx.x] = s[31 - threadIdx.x] + 1; }");
  const CUfunction kernel = function(big, "big");
  const GuardedBuffer memory = buffer(32 * 4);
  expect(fill_words(context(), memory.get(), 41, 32, nullptr));
  CUdeviceptr pointer = memory.get();
  void* parameters[] = {&pointer};
  constexpr uint32_t kBytes = 64 * 1024;
  const Result<bool, DriverFault> refused =
      launch(context(), kernel, {}, {32, 1, 1}, kBytes, nullptr, parameters);
  ASSERT_FALSE(refused) << "64 KiB were allowed without asking";
  EXPECT_FALSE(refused.error().sticky) << refused.error().message;
  expect(allow_dynamic_shared(context(), kernel, kBytes));
  expect(launch(context(), kernel, {}, {32, 1, 1}, kBytes, nullptr, parameters));
  EXPECT_EQ(read<int>(memory.get(), 32), std::vector<int>(32, 42));
}

TEST_F(DriverTest, ModuleGlobalsCanBeReadAndSet) {
  const Module counter = module(
      "__device__ int counter[4] = {1, 2, 3, 4}; extern \"C\" __global__ void bump() { counter[0] "
      "+= 10; }");
  const Result<Module::Symbol, DriverFault> symbol = counter.symbol("counter");
  ASSERT_TRUE(symbol) << symbol.error().message;
  EXPECT_EQ(symbol->bytes, 16u);
  expect(launch(context(), function(counter, "bump"), {}, {}, 0, nullptr, nullptr));
  EXPECT_EQ(read<int>(symbol->address, 4), (std::vector<int>{11, 2, 3, 4}));
  const Result<Module::Symbol, DriverFault> missing = counter.symbol("nothing");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("nothing"), std::string::npos) << missing.error().message;
  EXPECT_FALSE(missing.error().sticky);
}

TEST_F(DriverTest, JunkIsNoModule) {
  const Result<Module, DriverFault> loaded = Module::load(context(), "this is no cubin");
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("CUDA_ERROR_"), std::string::npos)
      << loaded.error().message;
  EXPECT_FALSE(loaded.error().sticky);
}

TEST_F(DriverTest, LaunchThatCannotBeIsNotSticky) {
  const Module saxpy = module(kSaxpy);
  int n = 0;
  float a = 0;
  CUdeviceptr none = 0;
  void* parameters[] = {&n, &a, &none, &none};
  const Result<bool, DriverFault> refused =
      launch(context(), function(saxpy, "saxpy"), {}, {2048, 1, 1}, 0, nullptr, parameters);
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().sticky) << refused.error().message;
  expect(context().synchronize());
}

TEST_F(DriverTest, L2FlushCoversTheCacheTwice) {
  const L2Flush flush(context());
  EXPECT_EQ(flush.bytes(), 2 * context().info().l2_bytes);
  expect(flush.run(nullptr));
  expect(context().synchronize());
}

TEST_F(DriverTest, ProbesFindWhatTheTestsUse) {
  std::string all;
  bool gpu = false, nvrtc = false;
  for (const Probe& probe : probe_machine()) {
    all += probe.name + (probe.found ? " found: " : " MISSING: ") + probe.detail + "\n";
    gpu = gpu || (probe.name == "GPU" && probe.found);
    nvrtc = nvrtc || (probe.name == "NVRTC" && probe.found);
  }
  EXPECT_TRUE(gpu && nvrtc) << all;
}

}  // namespace
}  // namespace cudal1::gpu
