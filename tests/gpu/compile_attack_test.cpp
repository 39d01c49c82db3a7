// Hostile sources through the real pool and its locked-up workers. What reads a file is tried
// without the sandbox too, so that a test which proves nothing is noticed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "cudal1/core/sandbox.h"
#include "cudal1/core/subprocess.h"
#include "cudal1/gpu/compile_pool.h"
#include "temporary_folder.h"

namespace cudal1::gpu {
namespace {

constexpr char kSecret[] = "hunter2";

class CompileAttackTest : public testing::Test {
 protected:
  CompileAttackTest() { std::ofstream(secret()) << "syntax error " << kSecret << "\n"; }

  std::string secret() const { return (folder_.path() / "secret").string(); }
  std::string missing() const { return (folder_.path() / "missing").string(); }

  CompilePoolOptions options() const {
    CompilePoolOptions options;
    options.workers = 1;
    options.use_cache = false;
    options.worker_command = {CUDAL1_COMPILE_WORKER};
    return options;
  }
  static CompileRequest request(const std::string& source) {
    CompileRequest request;
    request.source = source;
    request.path = "/nowhere/kernel.cu";
    return request;
  }
  CompileOutcome compile(const std::string& source) const {
    return CompilePool(options()).compile(request(source));
  }
  CompileOutcome compile_unprotected(const std::string& source) const {
    ::setenv(kSandboxVariable, "off", 1);
    auto outcome = compile(source);
    ::unsetenv(kSandboxVariable);
    return outcome;
  }
  static std::string talk(const CompileOutcome& outcome) {
    return outcome ? outcome->log : outcome.error().message + "\n" + outcome.error().log;
  }

  // Everything that is said about one name, with the name itself taken out.
  std::string said_about(const std::string& name, const std::string& before,
                         const std::string& after) const {
    std::string text = talk(compile(before + name + after));
    for (size_t at; (at = text.find(name)) != std::string::npos;) text.erase(at, name.size());
    std::erase(text, ' ');  // the caret stands below the end of the name
    return text;
  }

  // Where the kernel cannot confine files, macro-made names still lead to them: doctor says so.
  static bool files_are_confined() {
    Subprocess worker(SpawnOptions{.argv = {CUDAL1_COMPILE_WORKER}});
    const auto isolation =
        decode_isolation(worker.channel().receive(std::chrono::seconds(20)).payload);
    return isolation && isolation->landlock_abi > 0 && isolation->system_calls;
  }

  const TemporaryFolder folder_;
};

#define NEED_CONFINED_FILES() \
  if (!files_are_confined()) GTEST_SKIP() << "this kernel has no Landlock or no seccomp"

TEST_F(CompileAttackTest, AFileIsNotIncluded) {
  NEED_CONFINED_FILES();
  for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
           {"#include \"", "\"\n"},
           {"#include <../../../../../../../..", ">\n"},
           {"/**/#include \"", "\"\n"},
           {"#define X \"", "\"\n#include X\n"},
           {"#define X <../../../../../../../../..", ">\n#include X\n"},
           {"#include_next \"", "\"\n"},
           {"#inc\\\nlude \"", "\"\n"}}) {
    EXPECT_EQ(talk(compile(before + secret() + after)).find(kSecret), std::string::npos) << before;
    EXPECT_FALSE(compile(before + secret() + after)) << before;
  }
  EXPECT_NE(talk(compile_unprotected("#define X \"" + secret() + "\"\n#include X\n")).find(kSecret),
            std::string::npos);
}

TEST_F(CompileAttackTest, WhetherAFileExistsIsNotTold) {
  NEED_CONFINED_FILES();
  for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
           {"#include \"", "\"\n"},
           {"#define X \"", "\"\n#include X\n"},
           {"#define X <../../../../../../../../..", ">\n#include X\n"},
           {"#include <../../../../../../../../..", ">\n"},
           {"#if __has_include(\"", "\")\n#error there\n#endif\n"},
           {"#if __has_include(<../../../../../../../../..", ">)\n#error there\n#endif\n"},
           {"#line 1 \"", "\"\n__global__ void k(int* x) { *x = 1; }\n"}}) {
    const std::string about_missing = said_about(missing(), before, after);
    EXPECT_EQ(said_about(secret(), before, after), about_missing) << before;
    EXPECT_EQ(said_about(folder_.path().string(), before, after), about_missing) << before;
  }
  const std::string probe = "#if __has_include(\"" + secret() + "\")\n#error there\n#endif\n";
  EXPECT_NE(talk(compile_unprotected(probe)).find("there"), std::string::npos);
}

TEST_F(CompileAttackTest, ClearErrors) {
  const CompileOutcome plain = compile("\n#include \"../../x\"\n");
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().line, 2);
  EXPECT_EQ(plain.error().message,
            "\"../../x\" is not read: a program includes CUDA's headers, and headers in its own "
            "folder or below");
}

TEST_F(CompileAttackTest, ClearErrorsForNamesThatMacrosMake) {
  NEED_CONFINED_FILES();
  const CompileOutcome hidden = compile("#define X \"/etc/passwd\"\n#include X\n");
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().line, 2);
  EXPECT_EQ(hidden.error().message,
            "cannot open source file \"/etc/passwd\" (of a program's own files, headers in its "
            "folder or below are read)");
}

TEST_F(CompileAttackTest, OtherWaysToAFile) {
  for (const std::string& source : std::vector<std::string>{
           "__device__ const char e[] = {\n#embed \"" + secret() + "\"\n};\n",
           "#import \"" + secret() + "\"\n",
           "#pragma include \"" + secret() + "\"\n#pragma GCC dependency \"" + secret() + "\"\n",
           "_Pragma(\"include \\\"" + secret() + "\\\"\")\n", "import \"" + secret() + "\";\n",
           "__global__ void k() { asm(\".include \\\"" + secret() + "\\\"\"); }\n",
           "__global__ void k() { asm(\".incbin \\\"" + secret() + "\\\"\"); }\n",
           "asm(\".incbin \\\"" + secret() + "\\\"\");\n__global__ void k() {}\n",
           "#line 1 \"" + secret() + "\"\n__global__ void k() { y; }\n"}) {
    const CompileOutcome outcome = compile(source);
    EXPECT_EQ(talk(outcome).find(kSecret), std::string::npos) << source;
    EXPECT_EQ((outcome ? outcome->code : "").find(kSecret), std::string::npos) << source;
  }
}

TEST_F(CompileAttackTest, TheWorkerIsNoFile) {
  NEED_CONFINED_FILES();
  for (const char* name :
       {"/proc/self/environ", "/proc/self/maps", "/proc/self/fd/3", "/dev/stdin", "/dev/zero"})
    EXPECT_FALSE(
        compile("#define X \"" + std::string(name) + "\"\n#include X\n__global__ void k() {}\n"))
        << name;
}

TEST_F(CompileAttackTest, ToolkitHeadersAreStillRead) {
  EXPECT_TRUE(
      compile("#include <cuda_fp16.h>\n#include <cuda_bf16.h>\n__global__ void k(__half* x) { x[0] "
              "= 1; }\n"));
  const CompileOutcome cub = compile(
      "#include <cub/cub.cuh>\n__global__ void k(int* x) {\n"
      "  using Sum = cub::WarpReduce<int>;\n  __shared__ Sum::TempStorage s;\n"
      "  x[0] = Sum(s).Sum(x[threadIdx.x]);\n}\n");
  EXPECT_TRUE(cub) << talk(cub);
}

TEST_F(CompileAttackTest, MemoryHasAnEndAndThePoolGoesOn) {
  CompilePoolOptions patient = options();
  patient.timeout = std::chrono::minutes(3);  // a busy machine takes its time to fill 6 GiB
  CompilePool pool(patient);
  const CompileOutcome bomb =
      pool.compile(request("__device__ int a[1ull << 32] = {1, 2, 3};\n__global__ void k(int* x) { "
                           "x[0] = a[x[1]]; }\n"));
  ASSERT_FALSE(bomb);
  EXPECT_EQ(
      bomb.error().message,
      "the compiler gave up on this source, as it does when it needs more than 6 GiB of memory");
  EXPECT_TRUE(pool.compile(request("__global__ void k() {}\n")));
}

TEST_F(CompileAttackTest, TimeHasAnEndAndThePoolGoesOn) {
  CompilePoolOptions hasty = options();
  hasty.timeout = std::chrono::milliseconds(1000);
  CompilePool pool(hasty);
  std::string macros = "#define A0 x x x x x x x x x x\n";
  for (int i = 1; i < 12; ++i) {
    macros += "#define A" + std::to_string(i);
    for (int j = 0; j < 10; ++j) macros += " A" + std::to_string(i - 1);
    macros += "\n";
  }
  const CompileOutcome bomb = pool.compile(request(macros + "__global__ void k() { A11 }\n"));
  ASSERT_FALSE(bomb);
  EXPECT_NE(bomb.error().message.find("was stopped"), std::string::npos) << bomb.error().message;
  EXPECT_TRUE(pool.compile(request("__global__ void k() {}\n")));
}

TEST_F(CompileAttackTest, TalkAndSourcesAreBounded) {
  const CompileOutcome loud =
      compile("__global__ void k() { " + std::string(500'000, '(') + " }\n");
  ASSERT_FALSE(loud);
  EXPECT_LE(loud.error().log.size(), 64u * 1024);
  EXPECT_NE(loud.error().log.find("more bytes left out"), std::string::npos);
  const CompileOutcome long_one = compile(std::string((16u << 20) + 1, ' '));
  ASSERT_FALSE(long_one);
  EXPECT_EQ(long_one.error().message,
            "the source has 16777217 bytes, at most 16777216 are compiled");
}

}  // namespace
}  // namespace cudal1::gpu
