#include "cudal1/gpu/compile_pool.h"

#include <gtest/gtest.h>

#include <thread>

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

// Instantiates about 2^depth templates: far more than any time or memory allowed here.
constexpr char kTemplateBomb[] = R"(
template <int n, int salt> struct Bomb {
  static const long value = Bomb<n - 1, salt * 2>::value + Bomb<n - 1, salt * 2 + 1>::value;
};
template <int salt> struct Bomb<0, salt> { static const long value = salt; };
__global__ void k(long* x) { x[0] = Bomb<24, 1>::value; }
)";

class CompilePoolTest : public testing::Test {
 protected:
  CompilePoolOptions options(int workers = 1) const {
    CompilePoolOptions options;
    options.workers = workers;
    options.cache_directory = folder_.path() / "modules";
    options.worker_command = {CUDAL1_COMPILE_WORKER};
    return options;
  }
  const TemporaryFolder folder_;
};

TEST_F(CompilePoolTest, CompilesInAWorkerAndThenAnswersFromTheCache) {
  CompilePool pool(options());
  const CompileRequest request = request_for("__global__ void k(float* x) { x[0] = 1; }");
  const CompileOutcome first = pool.compile(request);
  ASSERT_TRUE(first) << first.error().log;
  EXPECT_GT(first->compile_seconds, 0);
  EXPECT_EQ(first->lowered_names.at("k"), "_Z1kPf");

  CompilePoolOptions no_worker = options();
  no_worker.worker_command = {"/nonexistent/worker"};
  CompilePool second_pool(no_worker);
  const CompileOutcome second = second_pool.compile(request);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->compile_seconds, 0);
  EXPECT_EQ(second->code, first->code);
}

TEST_F(CompilePoolTest, RemembersWhatDoesNotCompile) {
  const CompileRequest request = request_for("__global__ void k(float* x) { x[0] = y; }");
  const CompileOutcome first = CompilePool(options()).compile(request);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().line, 1);
  CompilePoolOptions no_worker = options();
  no_worker.worker_command = {"/nonexistent/worker"};
  const CompileOutcome second = CompilePool(no_worker).compile(request);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, first.error().message);
}

TEST_F(CompilePoolTest, WithoutCacheNothingIsWritten) {
  CompilePoolOptions uncached = options();
  uncached.use_cache = false;
  EXPECT_TRUE(CompilePool(uncached).compile(request_for("__global__ void k() {}")));
  EXPECT_FALSE(std::filesystem::exists(uncached.cache_directory));
}

TEST_F(CompilePoolTest, HangingCompilationIsStoppedAndForgotten) {
  CompilePoolOptions hasty = options();
  hasty.timeout = std::chrono::milliseconds(500);
  CompilePool pool(hasty);
  const auto start = std::chrono::steady_clock::now();
  const CompileOutcome outcome = pool.compile(request_for(kTemplateBomb));
  const auto took = std::chrono::steady_clock::now() - start;
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "the compilation took longer than 0.5 s and was stopped");
  EXPECT_LT(took, std::chrono::seconds(5));
  EXPECT_FALSE(std::filesystem::exists(hasty.cache_directory))
      << "a timeout must not be remembered";

  CompilePoolOptions patient = options();
  const CompileOutcome next = CompilePool(patient).compile(request_for("__global__ void k() {}"));
  EXPECT_TRUE(next) << next.error().log;
}

TEST_F(CompilePoolTest, SameSlotServesAfterALostWorker) {
  CompilePoolOptions dying = options();
  dying.worker_command = {"/bin/sh", "-c", "exit 3"};
  CompilePool pool(dying);
  for (int i = 0; i < 2; ++i) {
    const CompileOutcome outcome = pool.compile(request_for("__global__ void k() {}"));
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("exit code 3"), std::string::npos)
        << outcome.error().message;
  }
}

TEST_F(CompilePoolTest, BadOptionsAreTheCallersFault) {
  CompileRequest request = request_for("__global__ void k() {}");
  request.arch = "sm_1";
  CompilePool pool(options());
  EXPECT_THROW((void)pool.compile(request), EnvironmentError);
}

TEST_F(CompilePoolTest, WorkerThatCannotStartIsAnEnvironmentError) {
  CompilePoolOptions missing = options();
  missing.worker_command = {"/nonexistent/worker"};
  CompilePool pool(missing);
  EXPECT_THROW((void)pool.compile(request_for("__global__ void k() {}")), EnvironmentError);
}

TEST_F(CompilePoolTest, ManyThreadsShareFewWorkers) {
  CompilePool pool(options(2));
  std::vector<std::thread> threads;
  std::vector<int> ok(8, 0);
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      const CompileOutcome outcome = pool.compile(
          request_for("__global__ void k(int* x) { x[0] = " + std::to_string(i / 2) + "; }"));
      ok[size_t(i)] = outcome.ok();
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ok, std::vector<int>(8, 1));
}

}  // namespace
}  // namespace cudal1::gpu
