#include "cudal1/gpu/activity.h"

#include <algorithm>
#include <cmath>

#include "device_fixture.h"

namespace cudal1::gpu {
namespace {

constexpr char kKernels[] = R"(
extern "C" __global__ void nothing() {}
extern "C" __global__ void spin(long long nanoseconds) {
  long long start, now;
  asm volatile("mov.u64 %0, %globaltimer;" : "=l"(start));
  do { asm volatile("mov.u64 %0, %globaltimer;" : "=l"(now)); } while (now - start < nanoseconds);
})";

class ActivityTest : public DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    if (IsSkipped()) return;
    if (!TestDevice::get().tracer) GTEST_SKIP() << TestDevice::get().no_tracer;
    expect(context().synchronize());
    (void)tracer().flush();
  }
  ActivityTracer& tracer() { return *TestDevice::get().tracer; }
  std::vector<Activity> recorded() {
    expect(context().synchronize());
    return tracer().flush();
  }
  // The driver may copy on its own account, as when it loads a module.
  std::vector<Activity> recorded_kernels() {
    std::vector<Activity> activities = recorded();
    std::erase_if(activities, [](const Activity& a) { return a.kind != ActivityKind::kKernel; });
    return activities;
  }
  static std::string list(const std::vector<Activity>& activities) {
    std::string text = std::to_string(activities.size()) + " records:\n";
    for (size_t i = 0; i < std::min<size_t>(activities.size(), 10); ++i)
      text += activities[i].name + " " + std::to_string(activities[i].start_ns) + " + " +
              std::to_string(activities[i].end_ns - activities[i].start_ns) + " ns\n";
    return text;
  }
};

TEST_F(ActivityTest, LongKernelAgreesWithEventsAndItself) {
  const Module kernels = module(kKernels);
  const CUfunction spin = function(kernels, "spin");
  const Stream stream(context());
  long long nanoseconds = 5'000'000;
  void* parameters[] = {&nanoseconds};
  Event before(context()), after(context());
  for (int i = 0; i < 2; ++i) {  // the first launch loads the kernel
    before.record(stream.get());
    expect(launch(context(), spin, {}, {}, 0, stream.get(), parameters));
    after.record(stream.get());
    expect(stream.synchronize());
  }
  const double events = after.since_ns(before);
  const std::vector<Activity> activities = recorded_kernels();
  ASSERT_EQ(activities.size(), 2u) << list(activities);
  const double span = double(activities[1].end_ns - activities[1].start_ns);
  EXPECT_EQ(activities[1].name, "spin");
  EXPECT_GE(span, 4.9e6) << list(activities);
  EXPECT_NEAR(span, events, 0.02 * events + 20'000)
      << "events say " << events << " ns; " << list(activities);
  EXPECT_GT(activities[1].registers, 0u);
}

TEST_F(ActivityTest, EveryEmptyKernelIsRecordedOnceAndInOrder) {
  const Module kernels = module(kKernels);
  const CUfunction nothing = function(kernels, "nothing");
  constexpr size_t kLaunches = 20'000;  // several of CUPTI's buffers
  for (size_t i = 0; i < kLaunches; ++i)
    expect(launch(context(), nothing, {}, {}, 0, nullptr, nullptr));
  const std::vector<Activity> activities = recorded_kernels();
  ASSERT_EQ(activities.size(), kLaunches) << list(activities) << tracer().dropped() << " dropped";
  std::vector<uint64_t> spans;
  for (size_t i = 0; i < activities.size(); ++i) {
    spans.push_back(activities[i].end_ns - activities[i].start_ns);
    if (i > 0) {
      EXPECT_GE(activities[i].start_ns, activities[i - 1].end_ns) << i;
      EXPECT_NE(activities[i].correlation, activities[i - 1].correlation) << i;
    }
  }
  std::nth_element(spans.begin(), spans.begin() + kLaunches / 2, spans.end());
  EXPECT_GT(spans[kLaunches / 2], 100u) << "median of an empty kernel, ns";
  EXPECT_LT(spans[kLaunches / 2], 20'000u) << "median of an empty kernel, ns";
  EXPECT_EQ(tracer().dropped(), 0u);
}

TEST_F(ActivityTest, CopiesAndFillsAreRecorded) {
  const GuardedBuffer a = buffer(1 << 20), b = buffer(1 << 20);
  expect(fill_bytes(context(), a.get(), 7, a.bytes(), nullptr));
  expect(copy_on_device(context(), b.get(), a.get(), a.bytes(), nullptr));
  const std::vector<Activity> activities = recorded();
  ASSERT_EQ(activities.size(), 2u) << list(activities);
  EXPECT_EQ(activities[0].kind, ActivityKind::kMemset);
  EXPECT_EQ(activities[1].kind, ActivityKind::kMemcpy);
  for (const Activity& activity : activities)
    EXPECT_GT(activity.end_ns, activity.start_ns) << list(activities);
}

TEST_F(ActivityTest, SecondTracerSharesTheFirst) {
  std::string why;
  EXPECT_TRUE(ActivityTracer::start(&why)) << why;
  EXPECT_NE(tracer().library_path().find("libcupti"), std::string::npos) << tracer().library_path();
}

}  // namespace
}  // namespace cudal1::gpu
