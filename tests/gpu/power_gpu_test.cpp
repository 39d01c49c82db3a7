#include "cudal1/gpu/power.h"

#include <chrono>

#include "device_fixture.h"

namespace cudal1::gpu {
namespace {

class PowerTest : public DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    if (IsSkipped()) return;
    std::string why;
    meter_ = PowerMeter::open(context().info().pci_bus_id, &why);
    if (!meter_) GTEST_SKIP() << why;
  }
  // Fills 1 GiB again and again.
  void work_for(std::chrono::milliseconds time) {
    const GuardedBuffer memory = buffer(size_t(1) << 30);
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      for (int i = 0; i < 50; ++i)
        expect(fill_words(context(), memory.get(), 0, memory.bytes() / 4, nullptr));
      expect(context().synchronize());
    }
  }
  std::unique_ptr<PowerMeter> meter_;
};

TEST_F(PowerTest, EnergyGrowsWithWork) {
  const std::optional<uint64_t> before = meter_->total_energy_mj();
  if (!before) GTEST_SKIP() << "this GPU has no energy counter";
  work_for(std::chrono::milliseconds(2500));
  const std::optional<uint64_t> after = meter_->total_energy_mj();
  ASSERT_TRUE(after);
  const double watts = double(*after - *before) / 1000 / 2.5;
  EXPECT_GT(watts, 20) << "before " << *before << " mJ, after " << *after << " mJ";
  EXPECT_LT(watts, 2000) << "before " << *before << " mJ, after " << *after << " mJ";
}

TEST_F(PowerTest, StateIsPlausible) {
  work_for(std::chrono::milliseconds(200));
  const PowerState state = meter_->state();
  SCOPED_TRACE("SM " + std::to_string(state.sm_clock_mhz) + " MHz, memory " +
               std::to_string(state.memory_clock_mhz) + " MHz, " +
               std::to_string(state.temperature_c) + " C, " + std::to_string(state.power_mw) +
               " mW, " + state.throttle_text);
  EXPECT_GT(state.sm_clock_mhz, 100u);
  EXPECT_LT(state.sm_clock_mhz, 5000u);
  EXPECT_GT(state.memory_clock_mhz, 100u);
  EXPECT_GT(state.temperature_c, 5u);
  EXPECT_LT(state.temperature_c, 120u);
  EXPECT_GT(state.power_mw, 5'000u);
  EXPECT_NE(state.throttle_text, "");
  EXPECT_NE(meter_->driver_version(), "");
}

TEST_F(PowerTest, UnknownBusIdIsSaid) {
  std::string why;
  EXPECT_EQ(PowerMeter::open("ffff:ff:1f.0", &why), nullptr);
  EXPECT_NE(why.find("ffff:ff:1f.0"), std::string::npos) << why;
}

}  // namespace
}  // namespace cudal1::gpu
