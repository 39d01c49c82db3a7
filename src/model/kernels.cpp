#include "cudal1/model/kernels.h"

#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

#include <map>

#include "cudal1/core/assert.h"
#include "cudal1/core/files.h"
#include "cudal1/gpu/compile_cache.h"
#include "cudal1/gpu/compiler.h"
#include "cudal1/gpu/launch.h"
#include "cudal1/program/program.h"
#include "kernel_sources.h"

namespace cudal1::model {
namespace {

constexpr uint32_t kSharedWithoutAsking = 48 << 10;  // bytes

std::shared_ptr<gpu::Driver> driver() {
  std::string why;
  auto driver = gpu::Driver::load(&why);
  if (!driver) throw EnvironmentError(why, "See `cudal1 doctor`.");
  return driver;
}

bool overlaps(const gpu::DeviceInfo& info) { return info.major >= 9; }

gpu::CompileRequest request_of(const std::string& file, const std::string& kernel,
                               const gpu::DeviceInfo& info) {
  const std::string name = file + ".cu";
  const auto program = program::parse(name, kernel_sources().at(name));
  CUDAL1_ASSERT(program.ok());
  gpu::CompileRequest request{.source = program->device_source(), .path = name};
  request.arch = "sm_" + std::to_string(info.major) + std::to_string(info.minor);
  request.name_expressions = {kernel};
  request.headers = kernel_sources();
  if (overlaps(info)) request.defines["OVERLAPPED"] = "1";
  return request;
}

}  // namespace

struct Kernels::Impl {
  struct Loaded {
    gpu::Module module;
    CUfunction function = nullptr;
    uint32_t allowed_shared = kSharedWithoutAsking;
  };

  explicit Impl(int ordinal)
      : context(driver(), ordinal),
        cache(cache_directory()),
        compiler_identity(compiler.identity()) {}

  gpu::CompiledModule compiled(const gpu::CompileRequest& request) {
    const std::string key = gpu::cache_key(request, compiler_identity);
    auto outcome = cache.find(key);
    if (!outcome) {
      outcome = compiler.compile(request);
      cache.store(key, *outcome);
    }
    if (!outcome->ok())
      throw EnvironmentError(
          "the program's own kernel " + request.path + " does not compile for this GPU: line " +
              std::to_string(outcome->error().line) + ": " + outcome->error().message,
          "A GPU of compute capability 8.0 or later and CUDA 12.9 or later are needed.");
    return std::move(**outcome);
  }

  Loaded load(const std::string& file, const std::string& kernel) {
    const gpu::CompiledModule code = compiled(request_of(file, kernel, context.info()));
    gpu::Module module =
        gpu::require(gpu::Module::load(context, code.code), "cannot load a kernel");
    const CUfunction function =
        gpu::require(module.function(code.lowered_names.at(kernel)), "cannot find a kernel");
    return {std::move(module), function};
  }

  Loaded& loaded_of(const std::string& file, const std::string& kernel) {
    const auto found = loaded.find(kernel);
    return found != loaded.end() ? found->second
                                 : loaded.emplace(kernel, load(file, kernel)).first->second;
  }

  gpu::Context context;
  gpu::CompileCache cache;
  gpu::Compiler compiler;
  std::string compiler_identity;
  std::map<std::string, Loaded> loaded;  // by kernel, whose names differ from file to file
};

Kernels::Kernels(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Kernels::~Kernels() = default;

std::shared_ptr<const Kernels> Kernels::open() {
  return std::shared_ptr<const Kernels>(
      new Kernels(std::make_unique<Impl>(int(c10::cuda::current_device()))));
}

void Kernels::launch(const std::string& file, const std::string& kernel, const LaunchShape& shape,
                     void** parameters) const {
  if (shape.grid.count() == 0) return;
  Impl::Loaded& loaded = impl_->loaded_of(file, kernel);
  if (shape.shared_bytes > loaded.allowed_shared) {
    gpu::require(gpu::allow_dynamic_shared(impl_->context, loaded.function, shape.shared_bytes),
                 "cannot give a kernel its shared memory");
    loaded.allowed_shared = shape.shared_bytes;
  }
  const auto launch =
      shape.overlaps && overlaps(impl_->context.info()) ? gpu::launch_overlapping : gpu::launch;
  gpu::require(launch(impl_->context, loaded.function, shape.grid, shape.block, shape.shared_bytes,
                      c10::cuda::getCurrentCUDAStream().stream(), parameters),
               ("cannot launch " + kernel).c_str());
}

const gpu::Context& Kernels::context() const { return impl_->context; }

int Kernels::multiprocessors() const { return impl_->context.info().sms; }

}  // namespace cudal1::model
