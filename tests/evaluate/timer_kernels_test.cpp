#include "timer_kernels.h"

#include <gtest/gtest.h>

#include <cstring>

#include "harness.h"

namespace cudal1::evaluate {
namespace {

TEST(TimerKernels, HaveSecretNames) {
  const TimerKernels one = timer_kernels(1), other = timer_kernels(0xfedcba9876543210);
  EXPECT_EQ(one.gate, "cudal1_gate_0000000000000001");
  EXPECT_EQ(other.mark, "cudal1_mark_fedcba9876543210");
  EXPECT_NE(one.ptx, other.ptx);
  EXPECT_NE(other.ptx.find(".entry " + other.gate + "("), std::string::npos);
  EXPECT_NE(other.ptx.find(".entry " + other.mark + "("), std::string::npos);
}

// On the PTX machine: the gate is open, and it leaves how long it spun by both clocks.
TEST(TimerKernels, GateLeavesItsRecord) {
  const TimerKernels kernels = timer_kernels(7);
  const sim::Module module = sim::testing::module_of(kernels.ptx);
  sim::testing::Array<uint64_t> memory(sizeof(GateRecord) / sizeof(uint64_t));
  for (uint64_t& word : memory) word = 0;
  const uint32_t number = 3;
  std::memcpy(memory.data(), &number, sizeof number);
  sim::testing::Kernel(module, kernels.gate).array(memory).value(number).ok({1, 1, 1}, {1, 1, 1});
  GateRecord record;
  std::memcpy(static_cast<void*>(&record), memory.data(), sizeof record);
  EXPECT_EQ(record.flag, number);
  EXPECT_GE(record.nanoseconds, 20'000u);
  EXPECT_GT(record.cycles, 0u);
  sim::testing::Kernel(module, kernels.mark).ok({1, 1, 1}, {1, 1, 1});
}

TEST(TimerKernels, ClockIsCyclesPerTime) {
  EXPECT_DOUBLE_EQ(sm_mhz({.cycles = 39'600, .nanoseconds = 20'000}), 1980);
  EXPECT_EQ(sm_mhz({}), 0);
  EXPECT_EQ(sm_mhz({.cycles = 198, .nanoseconds = 100}), 0) << "too short to tell";
  EXPECT_EQ(sm_mhz({.cycles = 100, .nanoseconds = 20'000}), 0) << "no GPU runs at 5 MHz";
  EXPECT_EQ(sm_mhz({.cycles = 1'000'000'000, .nanoseconds = 20'000}), 0);
}

}  // namespace
}  // namespace cudal1::evaluate
