// What is refused whatever its arguments, and why.
#include <algorithm>
#include <string>

#include "program/check_names.h"

namespace cudal1::program {
namespace {

struct RefusedName {
  std::string_view prefix;  // of the name without leading "::"
  const char* reason;
  const char* accepted;
};

// First match wins, so exact names stand before the prefixes that cover them.
constexpr RefusedName kRefused[] = {
    {"std::thread", "starts a host thread", "host code that runs in order on one thread"},
    {"std::jthread", "starts a host thread", "host code that runs in order on one thread"},
    {"std::async", "starts a host thread", "host code that runs in order on one thread"},
    {"std::mutex", "synchronises host threads", "host code that runs in order on one thread"},
    {"std::lock_guard", "synchronises host threads", "host code that runs in order on one thread"},
    {"std::atomic", "synchronises host threads", "host code that runs in order on one thread"},
    {"std::call_once", "keeps state between calls", "a plain statement"},
    {"std::once_flag", "keeps state between calls", "a plain statement"},
    {"std::ifstream", "reads a file", "tensors from inputs()"},
    {"std::ofstream", "writes a file", "tensors that forward returns"},
    {"std::fstream", "opens a file", "tensors from inputs()"},
    {"std::filesystem", "touches the file system", "tensors from inputs()"},
    {"std::getenv", "reads the environment", "a parameter or a constant"},
    {"getenv", "reads the environment", "a parameter or a constant"},
    {"std::system", "starts a process", "nothing of the kind"},
    {"system", "starts a process", "nothing of the kind"},
    {"popen", "starts a process", "nothing of the kind"},
    {"fork", "starts a process", "nothing of the kind"},
    {"dlopen", "loads a library", "nothing of the kind"},
    {"fopen", "opens a file", "tensors from inputs()"},
    {"fread", "reads a file", "tensors from inputs()"},
    {"fwrite", "writes a file", "tensors that forward returns"},
    {"open", "opens a file", "tensors from inputs()"},
    {"std::chrono", "reads a clock", "nothing: the tool measures"},
    {"clock", "reads a clock", "nothing: the tool measures"},
    {"std::unordered_map", "is a container beyond the language",
     "std::vector, std::array, std::tuple or std::optional"},
    {"std::map", "is a container beyond the language",
     "std::vector, std::array, std::tuple or std::optional"},
    {"std::unordered_set", "is a container beyond the language",
     "std::vector, std::array, std::tuple or std::optional"},
    {"std::set", "is a container beyond the language",
     "std::vector, std::array, std::tuple or std::optional"},
    {"std::unique_ptr", "manages host memory by hand",
     "torch::empty for memory of a kernel, std::vector for the host's"},
    {"std::make_unique", "manages host memory by hand",
     "torch::empty for memory of a kernel, std::vector for the host's"},
    {"std::shared_ptr", "manages host memory by hand",
     "torch::empty for memory of a kernel, std::vector for the host's"},
    {"std::make_shared", "manages host memory by hand",
     "torch::empty for memory of a kernel, std::vector for the host's"},
    {"malloc", "manages host memory by hand",
     "torch::empty for memory of a kernel, std::vector for the host's"},
    {"calloc", "manages host memory by hand",
     "torch::empty for memory of a kernel, std::vector for the host's"},
    {"free", "manages host memory by hand",
     "torch::empty for memory of a kernel, std::vector for the host's"},
    {"std::rand", "draws from a hidden generator", "torch::rand, torch::randn or torch::randint"},
    {"rand", "draws from a hidden generator", "torch::rand, torch::randn or torch::randint"},
    {"srand", "changes a hidden generator", "torch::rand, torch::randn or torch::randint"},
    {"std::mt19937", "draws from a hidden generator",
     "torch::rand, torch::randn or torch::randint"},
    {"std::random_device", "draws from a hidden generator",
     "torch::rand, torch::randn or torch::randint"},
    {"cudaMallocManaged", "allocates managed memory",
     "torch::empty({...}, x.options()), which the tool can check and reuse"},
    {"cudaMallocHost", "allocates pinned memory",
     "torch::empty({...}, x.options()), which the tool can check and reuse"},
    {"cudaHostAlloc", "allocates pinned memory",
     "torch::empty({...}, x.options()), which the tool can check and reuse"},
    {"cudaHostRegister", "pins host memory", "tensors"},
    {"cudaMalloc", "allocates device memory by hand",
     "torch::empty({...}, x.options()), which the tool can check and reuse"},
    {"cudaFree", "frees device memory by hand", "nothing: tensors free themselves"},
    {"cudaStreamBeginCapture", "captures a graph",
     "plain launches: the tool replays them as a graph itself"},
    {"cudaStreamEndCapture", "captures a graph",
     "plain launches: the tool replays them as a graph itself"},
    {"cudaGraph", "captures a graph", "plain launches: the tool replays them as a graph itself"},
    {"cudaEventElapsedTime", "reads a clock of the device", "nothing: the tool measures"},
    {"cudaEventQuery", "asks whether work is done", "nothing: launches run in order"},
    {"cudaStreamQuery", "asks whether work is done", "nothing: launches run in order"},
    {"cudaLaunchCooperativeKernel", "launches through the runtime's functions",
     "kernel<<<grid, block, shared>>>(args)"},
    {"cudaLaunchHostFunc", "runs host code from a stream", "nothing of the kind"},
    {"cudaLaunchKernel", "launches through the runtime's functions",
     "kernel<<<grid, block, shared>>>(args)"},
    {"cudaMemcpyFromSymbol", "reads device memory back to the host",
     "a tensor that the kernel writes"},
    {"cudaMemPrefetchAsync", "moves managed memory", "tensors"},
    {"cudaDeviceSetLimit", "changes a limit of the whole device", "nothing of the kind"},
    {"cudaCtxResetPersistingL2Cache", "changes the cache of the whole device",
     "nothing of the kind"},
    {"cudaStreamSetAttribute", "changes the cache of the whole device", "nothing of the kind"},
    {"cudaDeviceReset", "resets the device", "nothing of the kind"},
    {"cudaProfiler", "controls a profiler", "nothing: the tool measures"},
    {"cuLaunch", "belongs to the driver API", "kernel<<<grid, block, shared>>>(args)"},
    {"cuModule", "belongs to the driver API", "kernel<<<grid, block, shared>>>(args)"},
    {"cublas", "calls cuBLAS, which launches kernels of its own",
     "torch::matmul, torch::addmm or torch::bmm"},
    {"CUBLAS_", "calls cuBLAS, which launches kernels of its own",
     "torch::matmul, torch::addmm or torch::bmm"},
    {"at::cuda::getCurrentCUDABlasHandle", "calls cuBLAS, which launches kernels of its own",
     "torch::matmul, torch::addmm or torch::bmm"},
    {"cudnn", "calls cuDNN, which launches kernels of its own",
     "torch::conv2d and other operators"},
    {"CUDNN_", "calls cuDNN, which launches kernels of its own",
     "torch::conv2d and other operators"},
    {"cusparse", "calls cuSPARSE, which launches kernels of its own", "torch operators"},
    {"cufft", "calls cuFFT, which launches kernels of its own",
     "torch::fft::rfft and other operators"},
    {"curand", "calls cuRAND's host interface", "torch::rand, torch::randn or torch::randint"},
    {"nccl", "communicates between devices", "one device"},
    {"thrust::", "calls Thrust, which launches kernels of its own",
     "torch operators, or an own kernel"},
    {"cub::", "calls a CUB device-wide algorithm, which launches kernels of its own",
     "torch operators, or an own kernel"},
    {"cutlass::", "calls CUTLASS's host interface, which launches kernels of its own",
     "torch operators, or an own kernel"},
    {"torch::save", "writes a file", "tensors that forward returns"},
    {"torch::load", "reads a file", "tensors from inputs()"},
    {"torch::jit", "runs TorchScript", "torch operators"},
    {"torch::autograd", "records gradients", "forward and backward as plain functions"},
    {"torch::manual_seed", "sets the global generator, which the tool seeds",
     "torch::rand, torch::randn or torch::randint"},
    {"torch::cuda::manual_seed", "sets the global generator, which the tool seeds",
     "torch::rand, torch::randn or torch::randint"},
    {"torch::set_num_threads", "changes global state", "nothing of the kind"},
    {"at::set_num_threads", "changes global state", "nothing of the kind"},
    {"at::globalContext", "changes global state", "nothing of the kind"},
    {"torch::globalContext", "changes global state", "nothing of the kind"},
    {"at::parallel_for", "starts host threads", "a kernel, or torch operators"},
    {"at::native::", "names an implementation detail of ATen",
     "the operator itself: torch::name(...)"},
    {"at::cuda::CUDAEvent", "times or orders work on the device",
     "nothing: the tool measures, and launches run in order"},
    {"at::cuda::CUDAGraph", "captures a graph",
     "plain launches: the tool replays them as a graph itself"},
    {"c10::cuda::CUDACachingAllocator", "uses the allocator by hand",
     "torch::empty({...}, x.options())"},
    {"torch::from_blob", "wraps memory that the tool does not own",
     "torch::empty, torch::tensor({...})"},
    {"at::from_blob", "wraps memory that the tool does not own",
     "torch::empty, torch::tensor({...})"},
    {"torch::nn::Module", "keeps state between calls", "weights as parameters of forward"},
    {"torch::data", "reads a data set", "tensors from inputs()"},
    {"py::", "calls Python", "C++ of the host language"},
    {"pybind11::", "calls Python", "C++ of the host language"},
};

// Of those, names that mean exactly themselves: "clock" must not refuse "clock_rate".
bool is_exact(std::string_view prefix) {
  static constexpr std::string_view kPrefixes[] = {"std::chrono",
                                                   "std::filesystem",
                                                   "cudaGraph",
                                                   "cudaLaunchCooperativeKernel",
                                                   "cudaLaunchKernel",
                                                   "cudaMemcpyFromSymbol",
                                                   "cudaProfiler",
                                                   "cuLaunch",
                                                   "cuModule",
                                                   "cublas",
                                                   "CUBLAS_",
                                                   "cudnn",
                                                   "CUDNN_",
                                                   "cusparse",
                                                   "cufft",
                                                   "curand",
                                                   "nccl",
                                                   "torch::jit",
                                                   "torch::autograd",
                                                   "torch::nn::Module",
                                                   "torch::data",
                                                   "c10::cuda::CUDACachingAllocator",
                                                   "torch::manual_seed",
                                                   "cudaMalloc",
                                                   "cudaFree",
                                                   "std::mt19937"};
  return !prefix.ends_with("::") &&
         std::find(std::begin(kPrefixes), std::end(kPrefixes), prefix) == std::end(kPrefixes);
}

}  // namespace

std::optional<Refusal> find_refusal(std::string_view name) {
  for (const RefusedName& refused : kRefused) {
    const bool hit =
        is_exact(refused.prefix)
            ? name == refused.prefix || name.starts_with(std::string(refused.prefix) + "::")
            : name.starts_with(refused.prefix);
    if (hit) return Refusal{refused.reason, refused.accepted};
  }
  return std::nullopt;
}

}  // namespace cudal1::program
