// Which blocks run, and in which order.
#include <numeric>
#include <set>

#include "harness.h"

namespace cudal1::sim::testing {
namespace {

// A kernel order(y, counter): block b of one thread stores into y[b] as which one it ran, from 1.
const Module& module() {
  static const Module kModule = module_of(R"(
.version 9.0
.target sm_90
.address_size 64
.visible .entry order(.param .u64 y, .param .u64 counter)
{
  .reg .b32 %r<4>;
  .reg .b64 %rd<5>;
  ld.param.u64 %rd1, [y];
  ld.param.u64 %rd2, [counter];
  mov.u32 %r1, %ctaid.x;
  mul.wide.u32 %rd3, %r1, 4;
  add.s64 %rd4, %rd1, %rd3;
  atom.global.add.u32 %r2, [%rd2], 1;
  add.s32 %r3, %r2, 1;
  st.global.u32 [%rd4], %r3;
  ret;
}
.visible .entry after(.param .u64 y)
{
  .reg .pred %p<3>;
  .reg .b32 %r<4>;
  .reg .b64 %rd<5>;
  ld.param.u64 %rd1, [y];
  mov.u32 %r1, %ctaid.x;
  mul.wide.u32 %rd3, %r1, 4;
  add.s64 %rd4, %rd1, %rd3;
  setp.eq.u32 %p1, %r1, 0;
  @%p1 bra DONE;
WAIT:
  ld.volatile.global.u32 %r2, [%rd4+-4];
  setp.eq.u32 %p2, %r2, 0;
  @%p2 bra WAIT;
DONE:
  mov.u32 %r3, 1;
  st.global.u32 [%rd4], %r3;
  ret;
}
)");
  return kModule;
}

struct Ran {
  Array<uint32_t> turns;  // by block; 0: has not run
  LaunchResult result;
};

Ran run_order(uint32_t blocks, const RunOptions& options) {
  Ran ran{Array<uint32_t>(blocks), {}};
  Array<uint32_t> counter(1);
  Kernel kernel(module(), "order");
  kernel.options = options;
  ran.result = kernel.array(ran.turns).array(counter).launch({blocks}, {1});
  EXPECT_FALSE(ran.result.fault);
  return ran;
}

RunOptions shuffled(uint64_t seed) {
  RunOptions options;
  options.schedule = Schedule::kRandom;
  options.seed = seed;
  return options;
}
RunOptions sampled(uint64_t blocks, uint64_t seed) {
  RunOptions options;
  options.max_blocks = blocks;
  options.seed = seed;
  return options;
}

Array<uint32_t> counting(uint32_t n) {
  Array<uint32_t> numbers(n);
  std::iota(numbers.begin(), numbers.end(), 1);
  return numbers;
}

TEST(BlockOrder, InOrderUnlessTold) { EXPECT_EQ(run_order(100, {}).turns, counting(100)); }

TEST(BlockOrder, ShuffledEachBlockRunsOnce) {
  for (const uint32_t blocks : {1u, 2u, 3u, 31u, 52u, 64u, 65u, 1000u}) {
    Array<uint32_t> turns = run_order(blocks, shuffled(7)).turns;
    if (blocks > 30) {
      EXPECT_NE(turns, counting(blocks));
    }
    std::sort(turns.begin(), turns.end());
    EXPECT_EQ(turns, counting(blocks));
  }
}
TEST(BlockOrder, TheSeedDecides) {
  EXPECT_EQ(run_order(100, shuffled(1)).turns, run_order(100, shuffled(1)).turns);
  EXPECT_NE(run_order(100, shuffled(1)).turns, run_order(100, shuffled(2)).turns);
}
TEST(BlockOrder, TwoBlocksRunEitherWay) {
  int swapped = 0;
  for (uint64_t seed = 0; seed < 64; ++seed) swapped += run_order(2, shuffled(seed)).turns[0] == 2;
  EXPECT_GT(swapped, 16);
  EXPECT_LT(swapped, 48);
}

TEST(BlockOrder, WaitingForASmallerIndexIsNoPromise) {
  Array<uint32_t> flags(64), again(64);
  Kernel in_order(module(), "after"), random(module(), "after");
  in_order.array(flags).ok({64}, {1});
  random.options = shuffled(3);
  random.options.max_lane_instructions = 1'000'000;
  const LaunchResult result = random.array(again).launch({64}, {1});
  ASSERT_TRUE(result.fault.has_value());
  EXPECT_EQ(int(result.fault->kind), int(FaultKind::kTimeout));
  EXPECT_NE(result.fault->message.find("random order"), std::string::npos);
}

TEST(BlockOrder, ASampleHasABlockOfEveryPart) {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    const Ran ran = run_order(1000, sampled(10, seed));
    EXPECT_EQ(ran.result.blocks_run, 10u);
    EXPECT_EQ(ran.result.counts.blocks, 10u);
    for (uint32_t part = 0; part < 10; ++part)
      EXPECT_TRUE(std::any_of(ran.turns.begin() + part * 100, ran.turns.begin() + (part + 1) * 100,
                              [](uint32_t turn) { return turn > 0 && turn <= 10; }));
  }
}
TEST(BlockOrder, EveryBlockMayBeSampled) {
  std::set<size_t> seen;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const Ran ran = run_order(40, sampled(8, seed));
    for (size_t block = 0; block < 40; ++block)
      if (ran.turns[block] > 0 && ran.turns[block] <= 8) seen.insert(block);
  }
  EXPECT_EQ(seen.size(), 40u);
}
TEST(BlockOrder, EqualGridsHaveEqualSamples) {
  EXPECT_EQ(run_order(1000, sampled(10, 5)).turns, run_order(1000, sampled(10, 5)).turns);
  EXPECT_NE(run_order(1000, sampled(10, 5)).turns, run_order(1000, sampled(10, 6)).turns);
}
TEST(BlockOrder, EdgesRunUncounted) {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    const Ran ran = run_order(1000, sampled(10, seed));
    EXPECT_GT(ran.turns.front(), 0u);
    EXPECT_GT(ran.turns.back(), 0u);
    EXPECT_EQ(ran.result.counts.lane_instructions,
              run_order(1000, {}).result.counts.lane_instructions / 100);
  }
}
TEST(BlockOrder, SmallGridsRunWhole) {
  EXPECT_EQ(run_order(10, sampled(10, 5)).turns, counting(10));
  EXPECT_EQ(run_order(3, sampled(10, 5)).result.blocks_run, 3u);
}

}  // namespace
}  // namespace cudal1::sim::testing
