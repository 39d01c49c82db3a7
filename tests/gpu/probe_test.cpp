#include "cudal1/gpu/probe.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace cudal1::gpu {
namespace {

const Probe* find(const std::vector<Probe>& probes, const std::string& name) {
  for (const Probe& probe : probes)
    if (probe.name == name) return &probe;
  return nullptr;
}

TEST(Probe, EverythingMissingComesWithAdvice) {
  for (const Probe& probe : probe_machine()) {
    EXPECT_NE(probe.detail, "") << probe.name;
    EXPECT_EQ(probe.found, probe.advice.empty()) << probe.name << ": " << probe.detail;
  }
}

TEST(Probe, NvrtcIsNamedWithVersionAndPath) {
  const std::vector<Probe> probes = probe_machine();
  const Probe* nvrtc = find(probes, "NVRTC");
  ASSERT_TRUE(nvrtc && nvrtc->found);
  EXPECT_NE(nvrtc->detail.find("libnvrtc"), std::string::npos) << nvrtc->detail;
}

TEST(Probe, MissingNvrtcIsSaid) {
  setenv("CUDAL1_NVRTC", "/nonexistent/libnvrtc.so", 1);
  const std::vector<Probe> probes = probe_machine();
  unsetenv("CUDAL1_NVRTC");
  const Probe* nvrtc = find(probes, "NVRTC");
  ASSERT_TRUE(nvrtc);
  EXPECT_FALSE(nvrtc->found);
  EXPECT_NE(nvrtc->detail.find("/nonexistent/libnvrtc.so"), std::string::npos) << nvrtc->detail;
  EXPECT_NE(nvrtc->advice.find("CUDAL1_NVRTC"), std::string::npos) << nvrtc->advice;
}

TEST(Probe, AttachedProfilerIsSeen) {
  setenv("CUDA_INJECTION64_PATH", "/opt/profiler.so", 1);
  const std::vector<Probe> probes = probe_machine();
  unsetenv("CUDA_INJECTION64_PATH");
  const Probe* profilers = find(probes, "profilers");
  ASSERT_TRUE(profilers);
  EXPECT_FALSE(profilers->found);
  EXPECT_NE(profilers->detail.find("CUDA_INJECTION64_PATH"), std::string::npos)
      << profilers->detail;
}

}  // namespace
}  // namespace cudal1::gpu
