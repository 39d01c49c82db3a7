// Every planted fault is found, at its line; correct neighbours are not accused.
#include <bit>
#include <chrono>

#include "harness.h"

namespace cudal1::sim::testing {
namespace {

class Faults : public ::testing::Test {
 protected:
  static const Module& module() {
    static const Module kModule = module_of(fixture("faults.ptx"));
    return kModule;
  }
  static Kernel kernel(const char* name) { return Kernel(module(), name); }
  static Fault expect(const LaunchResult& result, FaultKind kind, const char* mark) {
    EXPECT_TRUE(result.fault.has_value()) << mark;
    if (!result.fault) return {};
    EXPECT_EQ(int(result.fault->kind), int(kind)) << result.fault->message;
    EXPECT_EQ(result.fault->line, line_of("faults.cu", mark)) << result.fault->message;
    EXPECT_EQ(result.fault->file, "faults.cu");
    return *result.fault;
  }
  Array<float> floats_ = Array<float>(64);
  Array<int> ints_ = Array<int>(64);
};

bool says(const Fault& fault, const std::string& text) {
  return fault.message.find(text) != std::string::npos;
}

TEST_F(Faults, OffByOneStore) {
  const auto fault = expect(kernel("off_by_one").array(floats_).value(64).launch({2}, {64}),
                            FaultKind::kOutOfBounds, "off_by_one");
  EXPECT_TRUE(says(fault, "4-byte global store")) << fault.message;
  EXPECT_TRUE(says(fault, ", directly past the end of array 0 ")) << fault.message;
  EXPECT_TRUE(says(fault, "kernel off_by_one")) << fault.message;
  EXPECT_EQ(fault.block, (Dim3{1, 0, 0}));
  EXPECT_EQ(fault.thread, (Dim3{0, 0, 0}));
}
TEST_F(Faults, InlinedFunctionGivesItsOwnLine) {
  expect(kernel("inlined").array(floats_).value(60).launch({1}, {32}), FaultKind::kOutOfBounds,
         "inlined");
}
TEST_F(Faults, Misaligned) {
  expect(kernel("misaligned").array(ints_).launch({1}, {1}), FaultKind::kMisaligned, "misaligned");
}
TEST_F(Faults, StoreToConstant) {
  const auto fault = expect(kernel("read_only").array(floats_).launch({1}, {32}),
                            FaultKind::kReadOnly, "read_only");
  EXPECT_TRUE(says(fault, "__constant__ weights")) << fault.message;
}
TEST_F(Faults, StoreToProtectedArray) {
  const auto fault =
      expect(kernel("off_by_one").array(floats_).protect("the weights").value(32).launch({1}, {32}),
             FaultKind::kProtected, "off_by_one");
  EXPECT_TRUE(says(fault, "4-byte store")) << fault.message;
  EXPECT_TRUE(says(fault, " into the weights (")) << fault.message;
}
TEST_F(Faults, ProtectedArraysMayBeRead) {
  Array<float> y(64);
  kernel("with_barrier").array(floats_).protect("x").array(y).ok({1}, {64});
}
TEST_F(Faults, StoresAreTold) {
  Array<float> y(64);
  const LaunchResult result = kernel("with_barrier").array(floats_).array(y).launch({1}, {64});
  EXPECT_EQ(result.stored, std::vector<uint64_t>{uint64_t(y.data())});
}
TEST_F(Faults, MissingBarrier) {
  for (Schedule schedule : {Schedule::kInOrder, Schedule::kRandom}) {
    Array<float> y(64);
    Kernel racing = kernel("missing_barrier");
    racing.options.find_races = true;
    racing.options.schedule = schedule;
    racing.array(floats_).array(y);
    const LaunchResult result = racing.launch({1}, {64});
    ASSERT_TRUE(result.fault.has_value());
    EXPECT_EQ(int(result.fault->kind), int(FaultKind::kSharedRace));
    // The fault is at whichever of the two accesses ran last; its message names the line of the
    // other.
    const int load = line_of("faults.cu", "missing_barrier"), store = load - 1;
    EXPECT_TRUE(result.fault->line == load || result.fault->line == store) << result.fault->message;
    const int other = result.fault->line == load ? store : load;
    EXPECT_TRUE(says(*result.fault, "at line " + std::to_string(other))) << result.fault->message;
  }
}
TEST_F(Faults, BarrierOrders) {
  Array<float> y(64);
  Kernel fine = kernel("with_barrier");
  fine.options.find_races = fine.options.find_uninitialised = true;
  fine.array(floats_).array(y).ok({3}, {64});
}
TEST_F(Faults, UninitialisedShared) {
  Kernel reading = kernel("uninitialised");
  reading.options.find_uninitialised = true;
  expect(reading.array(floats_).launch({1}, {64}), FaultKind::kUninitialisedRead, "uninitialised");
}
TEST_F(Faults, DivergentBarrierWithSpinIsATimeout) {
  Kernel spinning = kernel("divergent_barrier");
  spinning.options.max_lane_instructions = 1'000'000;
  expect(spinning.array(ints_).launch({1}, {64}), FaultKind::kTimeout, "spin");
}
TEST_F(Faults, TwoBarriers) {
  const auto fault = expect(kernel("two_barriers").array(ints_).launch({1}, {64}),
                            FaultKind::kDivergentBarrier, "two_barriers");
  EXPECT_TRUE(says(fault, "32 of 64 threads wait at barrier 1")) << fault.message;
}
TEST_F(Faults, Assert) {
  ints_[5] = 1;
  const auto fault =
      expect(kernel("asserts").array(ints_).launch({1}, {64}), FaultKind::kTrap, "asserts");
  EXPECT_TRUE(says(fault, "assertion failed: y[threadIdx.x] == 0")) << fault.message;
  EXPECT_EQ(fault.thread, (Dim3{5, 0, 0}));
}
TEST_F(Faults, Trap) {
  expect(kernel("traps").array(ints_).launch({1}, {1}), FaultKind::kTrap, "traps");
}
TEST_F(Faults, Budget) {
  Kernel endless = kernel("endless");
  endless.options.max_lane_instructions = 10'000;
  expect(endless.array(ints_).launch({1}, {1}), FaultKind::kTimeout, "endless");
}
TEST_F(Faults, Deadline) {
  Kernel endless = kernel("endless");
  endless.options.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
  expect(endless.array(ints_).launch({1}, {32}), FaultKind::kTimeout, "endless");
}
TEST_F(Faults, SharedOverflow) {
  const auto fault = expect(kernel("shared_overflow").array(floats_).value(1).launch({1}, {16}),
                            FaultKind::kOutOfBounds, "shared_overflow");
  EXPECT_TRUE(says(fault, "directly past the end of the block's 64 bytes of shared memory"))
      << fault.message;
}
TEST_F(Faults, UnsupportedOnlyWhenReached) {
  const auto fault = expect(kernel("unsupported").array(ints_).launch({1}, {32}),
                            FaultKind::kUnsupported, "unsupported");
  EXPECT_TRUE(says(fault, "setmaxnreg is not supported")) << fault.message;
}
TEST_F(Faults, ExitedThreadsCountAsArrived) {
  Array<float> y(256);
  kernel("early_exit").array(y).value(70).ok({1}, {256});
  EXPECT_EQ(y[0], 69);
  EXPECT_EQ(y[69], 0);
}

void expect_bad(const LaunchResult& result, const std::string& text) {
  ASSERT_TRUE(result.fault.has_value()) << text;
  EXPECT_EQ(int(result.fault->kind), int(FaultKind::kBadLaunch));
  EXPECT_TRUE(says(*result.fault, text)) << result.fault->message;
}
TEST_F(Faults, BadLaunches) {
  expect_bad(kernel("traps").array(ints_).launch({1}, {1025}), "over 1024 threads");
  expect_bad(kernel("traps").array(ints_).launch({0}, {32}), "has a zero");
  expect_bad(kernel("traps").array(ints_).launch({1, 65536}, {32}), "is over");
  expect_bad(kernel("traps").launch({1}, {32}), "take 8 bytes, given were 0");
  expect_bad(kernel("traps").array(ints_).shared(300000).launch({1}, {32}),
             "300000 bytes of shared memory");
  expect_bad(kernel("bounded").array(ints_).launch({1}, {128}), "launch bound of 64");
  expect_bad(kernel("absent").launch({1}, {1}), "no kernel of that name");
}

// A kernel whose load was inlined from a header, at a depth of two.
constexpr const char* kFromHeader = R"(
.version 9.0
.target sm_90
.address_size 64
.visible .entry reads(.param .u64 p)
{
  .reg .b64 %rd<4>;
  .reg .f32 %f<2>;
  .loc 1 10 0
  ld.param.u64 %rd1, [p];
  .loc 1 12 7
  cvta.to.global.u64 %rd2, %rd1;
  .loc 2 800 3, function_name $L__info_string0, inlined_at 1 12 7
  .loc 2 900 5, function_name $L__info_string1, inlined_at 2 800 3
  ld.global.f32 %f1, [%rd2+OFFSET];
  st.global.f32 [%rd2], %f1;
  .loc 1 13 1
  ret;
}
.file 1 "mine.cu"
.file 2 "header.hpp"
)";
std::optional<Fault> fault_of_header(const std::string& offset) {
  std::string text = kFromHeader;
  text.replace(text.find("OFFSET"), 6, offset);
  const Module module = module_of(text);
  Array<float> array(8);
  return Kernel(module, "reads").array(array).launch({1}, {1}).fault;
}
TEST(Source, FaultInsideAHeaderNamesTheUsersLine) {
  const auto fault = fault_of_header("32");
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->file, "mine.cu");
  EXPECT_EQ(fault->line, 12);
}
TEST(Source, DistanceGoesToTheFirstByte) {
  EXPECT_FALSE(fault_of_header("28").has_value());
  EXPECT_TRUE(says(*fault_of_header("32"), ", directly past the end of array 0"));
  EXPECT_TRUE(says(*fault_of_header("40"), "begins 8 bytes (2 × 4) past the end of array 0"))
      << fault_of_header("40")->message;
}

TEST(Source, DistanceGoesToTheNearestEdge) {
  EXPECT_TRUE(says(*fault_of_header("-4"), "begins 4 bytes before the start of array 0"))
      << fault_of_header("-4")->message;
}

TEST(Parse, ErrorsNameTheLine) {
  for (const auto& [text, line] :
       {std::pair{".version 9.0\n.entry k() {\n mov.u32 %r1 %r2;\n}", 3}, std::pair{"junk", 1},
        std::pair{".entry k(\n", 2}, std::pair{".global .b8 x[3] = \"", 1},
        std::pair{".entry k() { ", 1}}) {
    const auto result = parse_ptx(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().line, line) << result.error().message;
  }
}
TEST(Parse, GarbageNeverCrashes) {
  const std::string good = fixture("faults.ptx");
  Rng rng(11);
  for (int i = 0; i < 300; ++i) {
    std::string text = good.substr(0, rng.below(good.size()));
    for (int k = 0; k < 5 && !text.empty(); ++k)
      text[rng.below(text.size())] = char(rng.below(256));
    (void)parse_ptx(text);
  }
}

}  // namespace
}  // namespace cudal1::sim::testing
