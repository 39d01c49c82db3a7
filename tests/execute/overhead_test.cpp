// What the interpreter adds to an operator: the plan is resolved once, so a repeated call costs
// microseconds.
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <chrono>

#include "workshop.h"

namespace cudal1::execute {
namespace {

constexpr int kCalls = 2000, kRepeats = 15;

// Nanoseconds of the fastest repeat, per call: the least disturbed one.
template <typename F>
double fastest_ns(const F& call) {
  double best = 1e18;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) (void)call();
    const double ns =
        std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
    best = std::min(best, ns / kCalls);
  }
  return best;
}

TEST(Overhead, ThreeOperatorsCostAtMostThreeMicrosecondsEach) {
  Loaded loaded(
      sim_device(), "test.cu",
      "torch::Tensor forward(torch::Tensor x, torch::Tensor y) {\n"
      "  auto a = torch::add(x, y);\n  auto b = a.mul(x);\n  return torch::sub(b, y, 2);\n}\n");
  const c10::InferenceMode guard;
  const at::Tensor x = at::randn({8}), y = at::randn({8});
  const Values arguments = {x, y};
  ASSERT_TRUE(
      at::equal((*loaded.executor().forward(arguments))[0], at::sub(at::add(x, y).mul(x), y, 2)));
  const double direct = fastest_ns([&] { return at::sub(at::add(x, y).mul(x), y, 2); });
  const double interpreted = fastest_ns([&] { return loaded.executor().forward(arguments); });
  const double added = (interpreted - direct) / 3;
  RecordProperty("added_ns_per_operator", int(added));
  std::printf("direct %.0f ns, interpreted %.0f ns, added per operator %.0f ns\n", direct,
              interpreted, added);
  EXPECT_LE(added, 3000);
}

}  // namespace
}  // namespace cudal1::execute
