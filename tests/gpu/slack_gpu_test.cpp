#include "cudal1/gpu/slack.h"

#include "cudal1/gpu/shared_poison.h"
#include "device_fixture.h"

namespace cudal1::gpu {
namespace {

class SlackTest : public DeviceTest {
 protected:
  std::optional<Slack::Stray> inspect(Slack& slack, const GuardedBuffer& buffer) {
    auto stray = slack.inspect({&buffer}, nullptr);
    if (!stray.ok()) throw std::runtime_error(stray.error().message);
    return *stray;
  }
};

TEST_F(SlackTest, AStoreRightPastTheEndIsSeen) {
  Slack slack(context());
  const GuardedBuffer odd = buffer(4084);
  slack.mark(odd, nullptr);
  expect(fill_bytes(context(), odd.get(), 1, odd.bytes(), nullptr));
  EXPECT_FALSE(inspect(slack, odd)) << "its own bytes are its own";
  expect(fill_bytes(context(), odd.get() + 4085, 1, 1, nullptr));
  const auto stray = inspect(slack, odd);
  ASSERT_TRUE(stray);
  EXPECT_EQ(stray->buffer_bytes, 4084u);
  EXPECT_EQ(stray->offset, 4085);
}

TEST_F(SlackTest, AStoreBeforeTheBeginIsSeen) {
  Slack slack(context());
  const GuardedBuffer small = buffer(64), whole = buffer(2 << 20);
  slack.mark(small, nullptr);
  slack.mark(whole, nullptr);  // nothing around it is mapped
  EXPECT_FALSE(inspect(slack, small));
  EXPECT_FALSE(inspect(slack, whole));
  expect(fill_bytes(context(), small.get() - 8, 1, 2, nullptr));
  const auto stray = inspect(slack, small);
  ASSERT_TRUE(stray);
  EXPECT_EQ(stray->offset, -8);
}

using SharedPoisonTest = DeviceTest;

TEST_F(SharedPoisonTest, EverySmHoldsNothingElse) {
  const Module reading = module(R"(
__global__ void read(unsigned* all) {
  __shared__ unsigned words[8192];
  for (unsigned i = threadIdx.x; i < 8192; i += blockDim.x) atomicAnd(all, ((volatile unsigned*)words)[i]);
})");
  const GuardedBuffer all = buffer(4);
  const SharedPoison poison(context());
  expect(fill_bytes(context(), all.get(), 0xff, 4, nullptr));
  expect(poison.run(nullptr));
  CUdeviceptr out = all.get();
  void* parameters[] = {&out};
  expect(launch(context(), function(reading, "read"), {uint32_t(context().info().sms), 1, 1},
                {256, 1, 1}, 0, nullptr, parameters));
  EXPECT_EQ(read<uint32_t>(all.get(), 1)[0], 0xffffffffu);
}

}  // namespace
}  // namespace cudal1::gpu
