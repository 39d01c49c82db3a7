// Does one forbidden thing on the GPU and prints what the driver said: "no-gpu", "ok" or "fault
// <status> <sticky> <after> <message>", where <after> tells whether the context still worked
// afterwards.
#include <cstdio>
#include <cstring>
#include <string>

#include "cudal1/gpu/compiler.h"
#include "cudal1/gpu/driver.h"
#include "cudal1/gpu/launch.h"

namespace cudal1::gpu {
namespace {

constexpr char kKernels[] =
    "extern \"C\" __global__ void store(char* p, long long at) { p[at] = 1; }\n"
    "extern \"C\" __global__ void trap(char* p, long long at) { assert(at == 12345); p[0] = 1; }\n";

struct Deed {
  const char* name;
  const char* kernel;
  size_t bytes;
  long long at;
};
constexpr long long kGranule = 2 << 20;
constexpr Deed kDeeds[] = {
    {"last-byte", "store", 4000, 3999},
    {"one-past-end", "store", 4000, 4000},
    {"far-past-end", "store", 4000, 4000 + kGranule - 1},
    {"one-before-begin", "store", size_t(kGranule), -1},
    {"null", "store", 16, 0},
    {"assert", "trap", 16, 0},
};

int run(const Deed& deed) {
  std::string why;
  const std::shared_ptr<Driver> driver = Driver::load(&why);
  if (!driver) return std::printf("no-gpu %s\n", why.c_str()), 0;
  const Context context(driver, 0);
  CompileRequest request;
  request.source = kKernels;
  request.arch = "sm_" + std::to_string(context.info().major * 10 + context.info().minor);
  const Result<CompiledModule, CompileError> compiled = Compiler().compile(request);
  if (!compiled) return std::printf("%s\n", compiled.error().log.c_str()), 1;
  const Result<Module, DriverFault> module = Module::load(context, compiled->code);
  const Result<GuardedBuffer, DriverFault> buffer = GuardedBuffer::allocate(context, deed.bytes);
  if (!module || !buffer) return std::printf("setup failed\n"), 1;
  const Result<CUfunction, DriverFault> kernel = module->function(deed.kernel);
  if (!kernel) return std::printf("%s\n", kernel.error().message.c_str()), 1;

  CUdeviceptr pointer = std::strcmp(deed.name, "null") == 0 ? 0 : buffer->get();
  long long at = deed.at;
  void* parameters[] = {&pointer, &at};
  Result<bool, DriverFault> done = launch(context, *kernel, {}, {}, 0, nullptr, parameters);
  if (done) done = context.synchronize();
  if (done) return std::printf("ok\n"), 0;
  std::printf("fault %d %s %s %s\n", int(done.error().status),
              done.error().sticky ? "sticky" : "passing", context.synchronize() ? "usable" : "lost",
              done.error().message.c_str());
  return 0;
}

}  // namespace
}  // namespace cudal1::gpu

int main(int argc, char** argv) {
  for (const auto& deed : cudal1::gpu::kDeeds)
    if (argc == 2 && std::strcmp(argv[1], deed.name) == 0) return cudal1::gpu::run(deed);
  return 2;
}
