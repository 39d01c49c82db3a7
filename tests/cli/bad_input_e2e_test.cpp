// Bad input of every kind: one clear error, the right exit code, nothing overwritten.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "binary.h"

namespace cudal1::e2e {
namespace {

constexpr const char* kScale = R"(#include <torch/extension.h>
#ifndef BLOCK
#define BLOCK 32
#endif
#pragma kernel tune(BLOCK=32, 256) default(32)
__global__ void scale(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  scale<<<(n + BLOCK - 1) / BLOCK, BLOCK>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}
std::vector<torch::Tensor> inputs() { return {torch::randn({65536}, torch::kCUDA)}; }
)";
constexpr const char* kMain = R"(#include <cstdio>
__global__ void saxpy(int n, float a, const float* x, float* y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = a * x[i] + y[i];
}
int main() {
  int n = 1 << 20;
  float *x, *y;
  cudaMalloc(&x, n * sizeof(float));
  cudaMalloc(&y, n * sizeof(float));
  saxpy<<<(n + 255) / 256, 256>>>(n, 2.0f, x, y);
  printf("done\n");
}
)";

std::string with(std::string text, const std::string& old, const std::string& now) {
  const size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return at == std::string::npos ? text : text.replace(at, old.size(), now);
}

class BadInput : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fresh_folder();
    write(folder_ / "scale.cu", kScale);
    write(folder_ / "main.cu", kMain);
  }
  // Exactly one "error:" that says `says`, and this exit code.
  void expect_error(const std::vector<std::string>& words, int code, const std::string& says,
                    const std::string& environment = "") {
    const Outcome run = cudal1(folder_, words, environment);
    SCOPED_TRACE(run.out + run.err);
    EXPECT_EQ(run.code, code);
    EXPECT_NE((run.err + run.out).find(says), std::string::npos) << says;
    EXPECT_EQ((run.err + run.out).find("internal"), std::string::npos);
    EXPECT_LT(run.seconds, 15);
  }
  fs::path folder_;
};

TEST_F(BadInput, Files) {
  fs::create_directory(folder_ / "folder.cu");
  write(folder_ / "binary.cu", std::string("\x7f\x45LF\0\0\1\2\xff\xfe", 10));
  write(folder_ / "latin.cu", "\xff\xfe\xe9\xe8 junk \x80\n");
  write(folder_ / "empty.cu", "");
  write(folder_ / "blank.cu", " \n\t\n");
  write(folder_ / "secret.cu", kScale);
  write(folder_ / "large.cu", "");
  fs::resize_file(folder_ / "large.cu", 100 << 20);
  for (const std::string verb : {"eval", "optimize"}) {
    SCOPED_TRACE(verb);
    expect_error({verb, "missing.cu"}, 4, "missing.cu");
    expect_error({verb, "folder.cu"}, 4, "directory");
    expect_error({verb, "binary.cu"}, 4, "not text");
    expect_error({verb, "latin.cu"}, 4, "latin.cu");
    expect_error({verb, "empty.cu"}, 4, "empty");
    expect_error({verb, "blank.cu"}, 4, "empty");
    expect_error({verb, "large.cu"}, 4, "bytes");
    expect_error({verb, "scale.cu", "--reference", "missing.cu"}, 4, "missing.cu");
    expect_error({verb}, 2, "no program");
    expect_error({verb, "scale.cu", "--config", "missing.json"}, 2, "missing.json");
    expect_error({verb, "scale.cu", "--gpu-spec", "missing.json"}, 4, "missing.json");
    expect_error({verb, "scale.cu", "--spec", "missing.json"}, 4, "missing.json");
  }
  if (::geteuid() != 0) {
    ::chmod((folder_ / "secret.cu").c_str(), 0);
    expect_error({"eval", "secret.cu"}, 4, "ermission");
  }
}

TEST_F(BadInput, Configurations) {
  write(folder_ / "broken.json", "{ \"trials\": ");
  write(folder_ / "unknown.json", "{ \"trails\": 3 }");
  write(folder_ / "type.json", "{ \"trials\": \"many\" }");
  expect_error({"eval", "scale.cu", "--config", "broken.json"}, 2, "broken.json");
  expect_error({"eval", "scale.cu", "--config", "unknown.json"}, 2, "trials");
  expect_error({"eval", "scale.cu", "--config", "type.json"}, 2, "trials");
  expect_error({"eval", "scale.cu", "--trails", "3"}, 2, "--trials");
  expect_error({"eval", "scale.cu", "--device", "tpu"}, 2, "tpu");
  expect_error({"eval", "scale.cu"}, 2, "many", "CUDAL1_TRIALS=many");
}

TEST_F(BadInput, Programs) {
  const std::string forward = "torch::Tensor forward(torch::Tensor x)";
  write(folder_ / "entry.cu", with(kScale, "forward", "compute"));
  write(folder_ / "operator.cu", with(kScale, "torch::empty_like(x)", "torch::emty_like(x)"));
  write(folder_ / "types.cu", with(kScale, "return {torch::randn", "return {3, torch::randn"));
  write(folder_ / "string.cu", with(kScale, "{torch::randn({65536}, torch::kCUDA)}", "{\"text\"}"));
  write(folder_ / "dtype.cu", with(kScale, "torch::randn({65536}, torch::kCUDA)", "torch::zeros({65536}, torch::kInt32)"));
  expect_error({"eval", "entry.cu"}, 4, "has no forward");
  expect_error({"optimize", "entry.cu"}, 4, "--call");
  expect_error({"eval", "operator.cu"}, 4, "emty_like");
  expect_error({"optimize", "operator.cu"}, 4, "emty_like");
  expect_error({"eval", "types.cu"}, 4, "types.cu");
  expect_error({"eval", "string.cu"}, 4, "string.cu");
  expect_error({"eval", "dtype.cu"}, 1, "dtype.cu:");
}

TEST_F(BadInput, AByteOrderMarkIsNoError) {
  write(folder_ / "mark.cu", std::string("\xEF\xBB\xBF") + kScale);
  const Outcome run = cudal1(folder_, {"check", "mark.cu"});
  EXPECT_EQ(run.code, 0) << run.out << run.err;
}

TEST_F(BadInput, SpecWithMissingSizes) {
  write(folder_ / "spec.json", R"({"General": {"FormatVersion": 1}, "ConfigurationSpace": {"TuningParameters": []},
    "KernelSpecification": {"Language": "CUDA", "KernelName": "saxpy", "KernelFile": "main.cu"}})");
  const Outcome run = cudal1(folder_, {"eval", "--spec", "spec.json"});
  SCOPED_TRACE(run.out + run.err);
  EXPECT_EQ(run.code, 4);
  EXPECT_NE(run.err.find("spec.json"), std::string::npos);
}

TEST_F(BadInput, OutputsThatCannotBeWritten) {
  expect_error({"eval", "scale.cu", "--json", "/dev/full"}, 5, "/dev/full");
  expect_error({"eval", "scale.cu", "--json", "nowhere/result.json"}, 5, "nowhere");
  expect_error({"eval", "scale.cu", "--json", "."}, 5, "folder");
  expect_error({"optimize", "scale.cu", "--output", "scale.cu"}, 5, "not overwritten");
  expect_error({"optimize", "scale.cu", "--output", "nowhere/out.cu"}, 5, "nowhere");
  expect_error({"optimize", "scale.cu", "--run-dir", "/dev/null/run"}, 5, "run");
  EXPECT_EQ(read(folder_ / "scale.cu"), kScale);
  const Outcome run = cudal1(folder_, {"eval", "scale.cu", "--json", "-"}, "exec 3>/dev/full;");
  EXPECT_EQ(run.code, 0);
  const std::string command = "cd " + quoted(folder_.string()) + " && " + quoted(binary()) + " eval scale.cu >/dev/full 2>.err";
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 5) << read(folder_ / ".err");
}

TEST_F(BadInput, ABareKernelAsksForACallAndTheShownLineWorks) {
  const Outcome refused = cudal1(folder_, {"eval", "main.cu"});
  SCOPED_TRACE(refused.err);
  EXPECT_EQ(refused.code, 4);
  const size_t at = refused.err.find("--call");
  ASSERT_NE(at, std::string::npos);
  std::string shown = refused.err.substr(at, refused.err.find('\n', at) - at);
  EXPECT_NE(shown.find("saxpy<<<"), std::string::npos);
  const std::string command = "cd " + quoted(folder_.string()) + " && " + quoted(binary()) +
                              " eval main.cu --device sim " + shown + " >.call 2>&1";
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 0) << command << "\n" << read(folder_ / ".call");
  const Outcome own = cudal1(folder_, {"eval", "main.cu", "--device", "sim", "--json", "-", "--call",
                                       "saxpy<<<(n + 255) / 256, 256>>>(n, 2.0f, x[n], y[n])", "n=65536"});
  EXPECT_EQ(own.code, 0) << own.err;
  EXPECT_EQ(own.json().value("verdict", ""), "passed");
}

}  // namespace
}  // namespace cudal1::e2e
