#include "cudal1/gpu/compiler.h"

#include <gtest/gtest.h>

#include <fstream>

#include "cudal1/core/error.h"
#include "temporary_folder.h"

namespace cudal1::gpu {
namespace {

CompileRequest request_for(std::string source) {
  CompileRequest request;
  request.source = std::move(source);
  request.path = "kernel.cu";
  return request;
}

class CompilerTest : public testing::Test {
 protected:
  CompiledModule compiled(const CompileRequest& request) {
    Result<CompiledModule, CompileError> outcome = compiler_.compile(request);
    if (!outcome) ADD_FAILURE() << outcome.error().log;
    return outcome ? *outcome : CompiledModule();
  }
  CompileError failed(const CompileRequest& request) {
    const Result<CompiledModule, CompileError> outcome = compiler_.compile(request);
    if (outcome) ADD_FAILURE() << "this compiled:\n" << request.source;
    return outcome ? CompileError() : outcome.error();
  }
  Compiler compiler_;
};

constexpr char kKernels[] = R"(
__global__ void scale(float* x, float a) { x[threadIdx.x] *= a; }
namespace ns { __global__ void shift(float* x) { x[0] += 1; } }
static __global__ void local(int* x) { x[0] = 1; }
extern "C" __global__ void plain(int* x) {
  __shared__ int s[32];
  s[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = s[31 - threadIdx.x];
}
template <typename T, int n> __global__ void fill(T* x) { x[0] = T(n); }
)";

TEST_F(CompilerTest, FindsTheLibraryAndItsVersion) {
  EXPECT_GE(compiler_.version().first, 12);
  EXPECT_NE(compiler_.library_path().find("libnvrtc"), std::string::npos)
      << compiler_.library_path();
}

TEST_F(CompilerTest, CubinHasEveryKernelUnderItsSourceName) {
  CompileRequest request = request_for(kKernels);
  request.name_expressions = {"fill<float, 4>", "fill<int64_t, 7>"};
  const CompiledModule module = compiled(request);
  EXPECT_EQ(module.code.substr(1, 3), "ELF");
  EXPECT_EQ(module.lowered_names.at("scale"), "_Z5scalePff");
  EXPECT_EQ(module.lowered_names.at("ns::shift"), "_ZN2ns5shiftEPf");
  EXPECT_EQ(module.lowered_names.at("plain"), "plain");
  EXPECT_EQ(module.lowered_names.at("local").find("_Z5local"), 0u);
  EXPECT_EQ(module.lowered_names.at("fill<float, 4>"), "_Z4fillIfLi4EEvPT_");
  EXPECT_EQ(module.lowered_names.at("fill<int64_t, 7>"), "_Z4fillIlLi7EEvPT_");
  EXPECT_GT(module.compile_seconds, 0);
  EXPECT_EQ(module.log, "");
}

TEST_F(CompilerTest, PtxHasTheSameNamesAndNoResources) {
  CompileRequest request = request_for(kKernels);
  request.kind = CodeKind::kPtx;
  request.name_expressions = {"fill<float, 4>"};
  const CompiledModule module = compiled(request);
  EXPECT_NE(module.code.find(".target sm_90"), std::string::npos);
  EXPECT_NE(module.code.find(".loc"), std::string::npos) << "no source lines for the simulator";
  EXPECT_EQ(module.lowered_names.at("scale"), "_Z5scalePff");
  EXPECT_EQ(module.lowered_names.at("fill<float, 4>"), "_Z4fillIfLi4EEvPT_");
  EXPECT_TRUE(module.resources.empty());
}

TEST_F(CompilerTest, ResourcesComeFromPtxas) {
  const CompiledModule module = compiled(request_for(kKernels));
  EXPECT_EQ(module.resources.at("plain").shared_bytes, 32 * 4u);
  EXPECT_GT(module.resources.at("plain").registers, 0u);
  EXPECT_EQ(module.resources.at("_Z5scalePff").shared_bytes, 0u);
  EXPECT_EQ(module.resources.at("_Z5scalePff").spill_bytes, 0u);
}

TEST_F(CompilerTest, SpillsAndLocalMemoryAreSeen) {
  const CompiledModule module = compiled(request_for(R"(
extern "C" __global__ void __launch_bounds__(1024) local(float* x, int i) {
  float a[64] = {};
  for (int j = 0; j < 64; ++j) a[(j * i) & 63] += x[j];
  x[0] = a[i] + a[(i * 7) & 63];
})"));
  EXPECT_GE(module.resources.at("local").local_bytes, 256u);
}

TEST_F(CompilerTest, DefinesAndOptionsReachTheSource) {
  CompileRequest request = request_for(
      "#ifndef BLOCK\n#error no block\n#endif\n#ifndef EXTRA\n#error no extra\n#endif\n"
      "__global__ void k(int* x) { x[0] = BLOCK; }");
  request.defines["BLOCK"] = "(128 + 1)";
  request.options = {"-DEXTRA=1"};
  request.kind = CodeKind::kPtx;
  EXPECT_NE(compiled(request).code.find("129"), std::string::npos);
}

TEST_F(CompilerTest, ArchitectureIsTheOneAskedFor) {
  CompileRequest request = request_for("__global__ void k() {}");
  request.kind = CodeKind::kPtx;
  request.arch = "sm_80";
  EXPECT_NE(compiled(request).code.find(".target sm_80"), std::string::npos);
}

TEST_F(CompilerTest, ErrorHasTheUsersLineColumnAndMessage) {
  const CompileError error = failed(request_for(
      "#include <torch/extension.h>\n\n__global__ void k(float* x) {\n  x[0] = y;\n}\n"));
  EXPECT_EQ(error.line, 4);
  EXPECT_EQ(error.column, 10);
  EXPECT_EQ(error.message, "identifier \"y\" is undefined");
  EXPECT_NE(error.log.find("kernel.cu(4)"), std::string::npos);
}

TEST_F(CompilerTest, SourceWithoutPathStillReportsLines) {
  CompileRequest request = request_for("\nint x = ;");
  request.path = "";
  EXPECT_EQ(failed(request).line, 2);
}

TEST_F(CompilerTest, PathsWithSpacesAndParenthesesKeepTheirLines) {
  CompileRequest request = request_for("\nint x = ;");
  request.path = "my kernels (2)/k.cu";
  EXPECT_EQ(failed(request).line, 2);
}

TEST_F(CompilerTest, PtxasRefusalIsACompileError) {
  const CompileError error = failed(request_for(
      "__global__ void k(int* x) { __shared__ int s[100000]; s[x[0]] = 1; x[1] = s[x[2]]; }"));
  EXPECT_NE(error.message.find("too much shared data"), std::string::npos) << error.message << "\n"
                                                                           << error.log;
}

TEST_F(CompilerTest, CodeOfManyMegabytesIsACompileError) {
  const std::string source = "__device__ int big[1 << 22] = {1};\n__global__ void k(int* x) { x[0] = big[x[1]]; }";
  EXPECT_NE(failed(request_for(source)).message.find("at most 8 are taken"), std::string::npos);
}

TEST_F(CompilerTest, UnknownNameExpressionIsACompileError) {
  CompileRequest request = request_for("__global__ void k() {}");
  request.name_expressions = {"nothing<float>"};
  EXPECT_NE(failed(request).message, "");
}

TEST_F(CompilerTest, ErrorInABinaryBlobIsBounded) {
  std::string junk;
  for (int i = 0; i < 60000; ++i) junk += "@ 7 $\n";
  const CompileError error = failed(request_for(junk));
  EXPECT_LE(error.log.size(), 64u * 1024);
  EXPECT_GE(error.line, 1);
}

TEST_F(CompilerTest, ForbiddenOptionAndArchitectureAreTheCallersFault) {
  CompileRequest request = request_for("__global__ void k() {}");
  request.options = {"--no-such-option"};
  EXPECT_THROW((void)compiler_.compile(request), EnvironmentError);
  request.options = {};
  request.arch = "sm_1";
  EXPECT_THROW((void)compiler_.compile(request), EnvironmentError);
}

TEST_F(CompilerTest, IncludesBesideTheSourceAreFound) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "scale.cuh")
      << "#include <ATen/ATen.h>\n__device__ float twice(at::Half x) { return std::max(2.0f * x, "
         "0.0f); }\n";
  CompileRequest request =
      request_for("#include \"scale.cuh\"\n__global__ void k(float* x) { x[0] = twice(x[0]); }");
  request.path = (folder.path() / "k.cu").string();
  EXPECT_EQ(compiled(request).lowered_names.count("k"), 1u);
}

TEST(CacheKey, EveryFieldCounts) {
  const CompileRequest base = request_for("__global__ void k() {}");
  const std::string version = "13.0\n/cuda/include";
  const std::string key = cache_key(base, version);
  EXPECT_EQ(key, cache_key(base, version));
  EXPECT_EQ(key.size(), 64u);
  std::vector<CompileRequest> others(7, base);
  others[0].source += " ";
  others[1].path = "other.cu";
  others[2].arch = "sm_80";
  others[3].kind = CodeKind::kPtx;
  others[4].name_expressions = {"k"};
  others[5].defines["A"] = "1";
  others[6].options = {"--use_fast_math"};
  for (size_t i = 0; i < others.size(); ++i)
    EXPECT_NE(cache_key(others[i], version), key) << "field " << i;
  EXPECT_NE(cache_key(base, "13.1\n/cuda/include"), key);
  EXPECT_NE(cache_key(base, "13.0\n/other/include"), key);
}

TEST(CacheKey, NeighbouringFieldsNeverRunTogether) {
  CompileRequest one = request_for(""), two = one;
  one.name_expressions = {"a", "b"};
  two.name_expressions = {"a"};
  two.options = {"b"};
  EXPECT_NE(cache_key(one, "13.0"), cache_key(two, "13.0"));
}

TEST(CacheKey, AChangedIncludeBesideTheSourceChangesIt) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "a.cuh") << "#include \"b.cuh\"\n";
  std::ofstream(folder.path() / "b.cuh") << "int x;\n";
  CompileRequest request = request_for("#include \"a.cuh\"\n");
  request.path = (folder.path() / "k.cu").string();
  const std::string before = cache_key(request, "13.0");
  std::ofstream(folder.path() / "b.cuh") << "int y;\n";
  EXPECT_NE(cache_key(request, "13.0"), before);
}

}  // namespace
}  // namespace cudal1::gpu
