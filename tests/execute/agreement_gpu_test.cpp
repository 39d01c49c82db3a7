// The PTX machine and a GPU give the same outputs from the same inputs, for every task and every
// accepted program.
#include <ATen/ATen.h>
#include <c10/cuda/CUDAStream.h>

#include "cudal1/execute/cuda_device.h"
#include "cudal1/gpu/driver.h"
#include "workshop.h"

namespace cudal1::execute {
namespace {

struct Gpu {
  gpu::Context context;
  CudaDevice device;
  explicit Gpu(std::shared_ptr<gpu::Driver> driver)
      : context(std::move(driver), 0), device(context) {
    at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
  }
};

// Null with `why` filled where there is no GPU. Lives to the end of the process, as CUDA's own
// state does.
Gpu* shared_gpu(std::string& why) {
  static std::string reason;
  static Gpu* gpu = [] {
    auto driver = gpu::Driver::load(&reason);
    return driver ? new Gpu(std::move(driver)) : nullptr;
  }();
  why = reason;
  return gpu;
}

Value to_cuda(const Value& value) {
  if (value.is<at::Tensor>() && value.as<at::Tensor>().defined())
    return value.as<at::Tensor>().to(at::kCUDA);
  if (!value.is<Vector>()) return value;
  Values items;
  for (const Value& item : *value.as<Vector>().items) items.push_back(to_cuda(item));
  return Vector{std::make_shared<Values>(std::move(items)), value.as<Vector>().element};
}

void expect_agreement(Gpu& gpu, const std::filesystem::path& path, size_t first_inputs) {
  Loaded on_sim = load_file(sim_device(), path), on_gpu = load_file(gpu.device, path);
  const auto functions = on_sim.program().input_functions();
  for (size_t i = first_inputs; i < functions.size(); ++i) {
    SCOPED_TRACE(functions[i]);
    at::manual_seed(3);
    const auto inputs = on_sim.executor().make_inputs(functions[i]);
    ASSERT_TRUE(inputs.ok()) << at_line(inputs.error());
    Values copies;
    for (const Value& value : *inputs) copies.push_back(to_cuda(value));
    const auto simulated = on_sim.executor().forward(*inputs);
    const auto measured = on_gpu.executor().forward(copies);
    ASSERT_TRUE(simulated.ok()) << "sim: " << at_line(simulated.error());
    ASSERT_TRUE(measured.ok()) << "gpu: " << at_line(measured.error());
    ASSERT_FALSE(gpu.device.synchronize().has_value());
    std::vector<at::Tensor> a = *simulated, b = *measured;
    if (a.empty()) a = tensors_in((*inputs)[0]), b = tensors_in(copies[0]);
    ASSERT_EQ(a.size(), b.size());
    for (size_t k = 0; k < a.size(); ++k) {
      const at::Tensor x = a[k].to(at::kDouble), y = b[k].cpu().to(at::kDouble);
      const double tolerance = a[k].scalar_type() == at::kHalf       ? 5e-3
                               : a[k].scalar_type() == at::kBFloat16 ? 2e-2
                                                                     : 2e-4;
      EXPECT_TRUE(at::allclose(y, x, tolerance, tolerance, true))
          << "output " << k << " differs by " << (x - y).abs().max().item().toDouble();
    }
  }
}

class TaskAgreement : public ::testing::TestWithParam<std::string> {};
class ProgramAgreement : public ::testing::TestWithParam<std::string> {};

TEST_P(TaskAgreement, SimAndGpu) {
  std::string why;
  Gpu* gpu = shared_gpu(why);
  if (!gpu) GTEST_SKIP() << "no GPU: " << why;
  expect_agreement(*gpu, source_directory() / "data/tasks" / (GetParam() + ".cu"),
                   1);  // `inputs` is for a GPU alone
}

TEST_P(ProgramAgreement, SimAndGpu) {
  std::string why;
  Gpu* gpu = shared_gpu(why);
  if (!gpu) GTEST_SKIP() << "no GPU: " << why;
  const auto path = source_directory() / "tests/program/accepted" / (GetParam() + ".cu");
  expect_agreement(*gpu, path, 0);
}

INSTANTIATE_TEST_SUITE_P(All, TaskAgreement, ::testing::ValuesIn(programs_in("data/tasks")),
                         [](const auto& info) { return test_name(info.param); });
INSTANTIATE_TEST_SUITE_P(All, ProgramAgreement,
                         ::testing::ValuesIn(with_inputs()),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace cudal1::execute
