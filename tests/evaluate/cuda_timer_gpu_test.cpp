// The timer on a GPU: what its gate and its two clocks say about a kernel that is known.
#include "cuda_timer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "cudal1/measure/statistics.h"

namespace cudal1::evaluate {
namespace {

// Lives to the end of the process, as CUDA's own state does.
struct Gpu {
  std::string no_tracer;
  std::unique_ptr<gpu::ActivityTracer> tracer = gpu::ActivityTracer::start(&no_tracer);
  gpu::Context context;
  explicit Gpu(std::shared_ptr<gpu::Driver> driver) : context(std::move(driver), 0) {
    at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
  }
};

class CudaTimerTest : public testing::Test {
 protected:
  void SetUp() override {
    static std::string why;
    static Gpu* const gpu = [] {
      auto driver = gpu::Driver::load(&why);
      return driver ? new Gpu(std::move(driver)) : nullptr;
    }();
    if (!gpu) GTEST_SKIP() << why;
    gpu_ = gpu;
    values_ = at::ones({1 << 24}, at::kCUDA);
  }

  // The span of `runs` fills of 64 MiB.
  std::vector<Span> timed(CudaTimer& timer, int runs) {
    for (int i = 0; i < runs; ++i)
      EXPECT_TRUE(timer.time([] { return true; }, [&] { return values_.fill_(2), true; }));
    return timer.collect();
  }

  Gpu* gpu_ = nullptr;
  at::Tensor values_;
};

TEST_F(CudaTimerTest, ReadsTheSmClockWithEveryRun) {
  CudaTimer timer(gpu_->context, gpu_->tracer.get());
  timed(timer, 200);  // clocks rise
  for (const bool gated : {true, false}) {
    SCOPED_TRACE(gated ? "gated" : "not gated");
    timer.set_gated(gated);
    std::vector<double> clocks;
    for (const Span& span : timed(timer, 40)) clocks.push_back(span.sm_mhz);
    ASSERT_EQ(clocks.size(), 40u);
    const double usual = measure::median(clocks);
    EXPECT_GT(usual, 200);
    EXPECT_LT(usual, 4000);
    // Precise enough to tell a throttled block from others.
    EXPECT_LT(measure::relative_mad(clocks), 0.01) << "median " << usual << " MHz";
    EXPECT_NEAR(measure::quantile(clocks, 0.05), usual, 0.02 * usual);
  }
}

TEST_F(CudaTimerTest, TwoClocksAgreeAboutAKernel) {
  CudaTimer timer(gpu_->context, gpu_->tracer.get());
  if (!timer.uses_cupti()) GTEST_SKIP() << gpu_->no_tracer;
  timed(timer, 20);
  for (const Span& span : timed(timer, 3)) EXPECT_EQ(span.event_ns, 0);
  timer.set_events(true);
  const std::vector<Span> spans = timed(timer, 10);
  ASSERT_EQ(spans.size(), 10u);
  for (const Span& span : spans) {
    EXPECT_GT(span.nanoseconds, 1000);
    EXPECT_NEAR(span.event_ns, span.nanoseconds, 10'000 + 0.2 * span.nanoseconds);
    EXPECT_EQ(span.activities.size(), 1u);
  }
}

TEST_F(CudaTimerTest, EventsTakeItsPlaceWithoutCupti) {
  CudaTimer timer(gpu_->context, nullptr);
  const std::vector<Span> spans = timed(timer, 5);
  ASSERT_EQ(spans.size(), 5u);
  for (const Span& span : spans) {
    EXPECT_GT(span.nanoseconds, 1000);
    EXPECT_EQ(span.event_ns, span.nanoseconds);
    EXPECT_GT(span.sm_mhz, 0);
  }
}

}  // namespace
}  // namespace cudal1::evaluate
