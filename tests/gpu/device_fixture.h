// A GPU for tests, or a skip that says why there is none.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cudal1/gpu/activity.h"
#include "cudal1/gpu/compiler.h"
#include "cudal1/gpu/driver.h"
#include "cudal1/gpu/launch.h"
#include "cudal1/gpu/stream.h"

namespace cudal1::gpu {

// The process's one device. CUPTI must start before the first context, so it does so here for every
// test.
struct TestDevice {
  std::shared_ptr<Driver> driver;
  std::unique_ptr<ActivityTracer> tracer;
  std::string no_driver, no_tracer;
  std::unique_ptr<Context> context;

  TestDevice() {
    driver = Driver::load(&no_driver);
    if (!driver) return;
    tracer = ActivityTracer::start(&no_tracer);
    context = std::make_unique<Context>(driver, 0);
  }
  static TestDevice& get() {
    static TestDevice* const device =
        new TestDevice;  // libcuda does not like being used from exit handlers
    return *device;
  }
};

class DeviceTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!TestDevice::get().driver) GTEST_SKIP() << TestDevice::get().no_driver;
  }

  const Context& context() const { return *TestDevice::get().context; }

  // The module of `source` for this device; a failure ends the test by exception.
  Module module(const std::string& source) {
    CompileRequest request;
    request.source = source;
    request.path = "test.cu";
    request.arch = "sm_" + std::to_string(context().info().major * 10 + context().info().minor);
    const Result<CompiledModule, CompileError> compiled = Compiler().compile(request);
    if (!compiled) throw std::runtime_error(compiled.error().log);
    compiled_ = *compiled;
    Result<Module, DriverFault> loaded = Module::load(context(), compiled->code);
    if (!loaded) throw std::runtime_error(loaded.error().message);
    return std::move(*loaded);
  }
  CUfunction function(const Module& module, const std::string& name) {
    const Result<CUfunction, DriverFault> found = module.function(compiled_.lowered_names.at(name));
    if (!found) throw std::runtime_error(found.error().message);
    return *found;
  }
  GuardedBuffer buffer(size_t bytes) {
    Result<GuardedBuffer, DriverFault> made = GuardedBuffer::allocate(context(), bytes);
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
  }
  template <typename T>
  std::vector<T> read(CUdeviceptr from, size_t count) {
    std::vector<T> values(count);
    expect(copy_to_host(context(), values.data(), from, count * sizeof(T), nullptr));
    expect(context().synchronize());
    return values;
  }
  static void expect(const Result<bool, DriverFault>& result) {
    if (!result) ADD_FAILURE() << result.error().message;
  }

  CompiledModule compiled_;  // of the latest module()
};

}  // namespace cudal1::gpu
