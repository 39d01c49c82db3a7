// A child for worker_sandbox_test: becomes what an evaluation worker becomes, on the device that
// the first frame names
// ("sim FILE", "cuda"), works there, tries to get out, and tells: the isolation, then "skip: why",
// "broken: what", or the names of the attempts that succeeded.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "bench.h"
#include "cudal1/core/channel.h"
#include "cudal1/core/sandbox.h"
#include "cudal1/core/subprocess.h"
#include "cudal1/execute/cuda_memory.h"
#include "cudal1/gpu/activity.h"
#include "cudal1/gpu/compiler.h"
#include "cudal1/gpu/launch.h"
#include "cudal1/gpu/stream.h"
#include "worker_sandbox.h"

namespace cudal1::evaluate {
namespace {

bool forks() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  return child > 0 && ::waitpid(child, nullptr, 0) == child;
}

std::string successes(const std::string& folder) {
  std::string names;
  const auto attempt = [&](const char* name, bool succeeded) {
    if (succeeded) names += std::string(names.empty() ? "" : " ") + name;
  };
  attempt("read", ::open((folder + "/secret").c_str(), O_RDONLY) >= 0);
  attempt("write", ::open((folder + "/written").c_str(), O_WRONLY | O_CREAT, 0600) >= 0);
  attempt("socket", ::socket(AF_INET, SOCK_STREAM, 0) >= 0);
  attempt("fork", forks());
  attempt("kill", ::kill(::getppid(), 0) == 0);
  attempt("parent",
          ::open(("/proc/" + std::to_string(::getppid()) + "/environ").c_str(), O_RDONLY) >= 0);
  return names;
}

// A matrix product is right on `device`, in single precision.
bool multiplies(at::Device device) {
  const at::Tensor a = at::rand({256, 300}), b = at::rand({300, 200});
  const at::Tensor product = at::matmul(a.to(device), b.to(device)).cpu();
  return at::allclose(product.to(at::kDouble), at::matmul(a.to(at::kDouble), b.to(at::kDouble)),
                      1e-2, 1e-2);
}

std::string work_on_sim(Bench&) {
  at::set_num_threads(2);
  if (!multiplies(at::kCPU)) return "broken: matmul";
  const at::Tensor convolved = at::conv2d(at::ones({2, 8, 32, 32}), at::ones({8, 8, 3, 3}));
  return convolved.max().item<float>() == 72 ? "" : "broken: conv2d";
}

struct Gpu {
  std::unique_ptr<gpu::ActivityTracer> tracer;
  gpu::Context context;
  std::string cubin;
};

std::string cubin_of_one_kernel(const gpu::Context& context) {
  gpu::CompileRequest request;
  request.source = "extern \"C\" __global__ void nothing() {}";
  request.path = "nothing.cu";
  request.arch = "sm_" + std::to_string(context.info().major * 10 + context.info().minor);
  const auto compiled = gpu::Compiler().compile(request);
  return compiled ? compiled->code : "";
}

// What only the driver, CUPTI and cuBLAS can show to work: a module loaded, a kernel launched and
// recorded, a product.
std::string work_on_gpu(Gpu& gpu) {
  const auto module = gpu::Module::load(gpu.context, gpu.cubin);
  if (!module) return "broken: loading a module: " + module.error().message;
  const auto kernel = module->function("nothing");
  const gpu::Stream stream(gpu.context);
  if (!kernel || !gpu::launch(gpu.context, *kernel, {}, {}, 0, stream.get(), {}) ||
      !stream.synchronize())
    return "broken: launching a kernel";
  if (!multiplies(at::kCUDA)) return "broken: matmul";
  if (!gpu.context.synchronize()) return "broken: synchronising";
  if (!gpu.tracer) return "";
  const auto records = gpu.tracer->flush();
  const auto own = std::count_if(records.begin(), records.end(),
                                 [](const auto& record) { return record.name == "nothing"; });
  return own == 1 ? "" : "broken: CUPTI has " + std::to_string(own) + " records of one launch";
}

struct Child {
  Channel channel{kChildChannelFd};

  void lock_up(DeviceKind device) { channel.send(encode(enter_sandbox(worker_policy(device)))); }

  void on_sim(const std::string& spec, const std::string& folder) {
    const auto bench = make_sim_bench({spec, 1});
    lock_up(DeviceKind::kSim);
    const std::string broken = work_on_sim(*bench);
    channel.send(broken.empty() ? successes(folder) : broken);
  }

  void on_cuda(const std::string& folder) {
    std::string why;
    auto driver = gpu::Driver::load(&why);
    if (!driver) {
      channel.send("skip: " + why);
      return;
    }
    auto tracer = gpu::ActivityTracer::start(&why);
    Gpu gpu{std::move(tracer), gpu::Context(std::move(driver), 0), ""};
    gpu.cubin = cubin_of_one_kernel(gpu.context);
    execute::CudaMemory::install(gpu.context).pool();
    at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
    lock_up(DeviceKind::kCuda);
    const std::string broken = work_on_gpu(gpu);
    channel.send(broken.empty() ? successes(folder) : broken);
  }
};

}  // namespace
}  // namespace cudal1::evaluate

// sandbox_child sim|cuda FOLDER SPEC
int main(int count, char** words) {
  if (count < 4) return 2;
  cudal1::evaluate::Child child;
  if (std::string(words[1]) == "cuda")
    child.on_cuda(words[2]);
  else
    child.on_sim(words[3], words[2]);
  std::_Exit(0);  // no destructors, as in a worker
}
