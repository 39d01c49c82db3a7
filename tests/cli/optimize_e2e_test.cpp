// optimize on real tasks: a predicted gain, a file that holds it, and a run that a kill does not undo.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>

#include "binary.h"

namespace cudal1::e2e {
namespace {

using namespace std::chrono_literals;

fs::path task(const std::string& name) { return source_directory() / "data" / "tasks" / (name + ".cu"); }

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}


class Gain : public testing::TestWithParam<std::string> {};

TEST_P(Gain, IsFoundConfirmedAndWritten) {
  const fs::path folder = fresh_folder();
  const std::string original = read(task(GetParam()));
  write(folder / "kernel.cu", original);
  const Outcome run = cudal1(folder, {"optimize", "kernel.cu", "--device", "sim", "--json", "-", "--max-evals", "40"});
  SCOPED_TRACE(run.out + run.err);
  ASSERT_EQ(run.code, 0);
  const auto json = run.json();
  EXPECT_EQ(json["schema"], "cudal1.optimize/1.1.0");
  EXPECT_EQ(json["confirmed"], true);
  EXPECT_GT(json["evaluated"].get<int>(), 1);
  EXPECT_FALSE(json["stopped_by"].get<std::string>().empty());
  EXPECT_GT(json["best"]["speedup"]["low"].get<double>(), 1.0);
  EXPECT_EQ(read(folder / "kernel.cu"), original);
  ASSERT_TRUE(fs::exists(folder / "kernel.opt.cu"));
  EXPECT_EQ(fs::path(json["best"]["path"].get<std::string>()).filename(), "kernel.opt.cu");
  EXPECT_EQ(cudal1(folder, {"check", "kernel.opt.cu"}).code, 0);
  const Outcome judged = cudal1(folder, {"eval", "kernel.opt.cu", "--reference", "kernel.cu", "--device", "sim", "--json", "-"});
  EXPECT_EQ(judged.json().value("verdict", ""), "passed") << judged.out;
  EXPECT_GT(judged.json()["speedup"]["median"].get<double>(), 1.0) << judged.out;
}

INSTANTIATE_TEST_SUITE_P(Tasks, Gain, testing::Values("rowwise_softmax", "transpose", "matmul", "layer_norm", "reduce_sum"),
                         [](const auto& info) { return info.param; });

TEST(Optimize, NeverOverwritesAnEarlierResult) {
  const fs::path folder = fresh_folder();
  write(folder / "kernel.cu", read(task("rowwise_softmax")));
  write(folder / "kernel.opt.cu", "precious");
  const Outcome run = cudal1(folder, {"optimize", "kernel.cu", "--device", "sim", "--max-evals", "12"});
  SCOPED_TRACE(run.out + run.err);
  EXPECT_EQ(read(folder / "kernel.opt.cu"), "precious");
  ASSERT_EQ(run.code, 0);
  EXPECT_TRUE(fs::exists(folder / "kernel.opt-2.cu"));
}

// A child that can be killed: the binary itself, not a shell around it.
pid_t start(const fs::path& folder, std::vector<std::string> words) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  if (::chdir(folder.c_str()) != 0) ::_exit(127);
  if (!std::freopen(".out", "w", stdout) || !std::freopen(".err", "w", stderr)) ::_exit(127);
  words.insert(words.begin(), binary());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

// Processes of ours below `parent`.
std::vector<pid_t> workers_of(pid_t parent) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (!std::all_of(name.begin(), name.end(), ::isdigit)) continue;
    const std::string stat = read(entry.path() / "stat"), command = read(entry.path() / "cmdline");
    const size_t close = stat.rfind(')');
    if (close == std::string::npos || command.find("--evaluate") == std::string::npos) continue;
    if (std::atoi(stat.c_str() + close + 4) == parent) found.push_back(std::atoi(name.c_str()));
  }
  return found;
}

bool alive(pid_t pid) { return ::kill(pid, 0) == 0 && read("/proc/" + std::to_string(pid) + "/stat").find(") Z") == std::string::npos; }

template <typename Condition>
bool within(std::chrono::seconds limit, Condition condition) {
  for (const auto end = std::chrono::steady_clock::now() + limit; std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(5ms))
    if (condition()) return true;
  return condition();
}

TEST(Optimize, AKilledRunLeavesNoWorkerAndResumesWhereItWas) {
  const fs::path folder = fresh_folder();
  write(folder / "kernel.cu", read(task("matmul")));
  const pid_t pid = start(folder, {"optimize", "kernel.cu", "--device", "sim", "--max-evals", "12", "--run-dir", "run"});
  const fs::path journal = folder / "run" / "journal.jsonl";
  const bool begun = within(120s, [&] { return lines_of(journal).size() >= 3; });
  const std::vector<pid_t> workers = workers_of(pid);
  ::kill(pid, SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
  ASSERT_TRUE(begun) << read(folder / ".err");
  EXPECT_TRUE(WIFSIGNALED(status)) << "the run had ended already";
  EXPECT_FALSE(workers.empty());
  EXPECT_TRUE(within(5s, [&] { return std::none_of(workers.begin(), workers.end(), alive); })) << "orphans";
  const auto before = lines_of(journal);
  const Outcome run = cudal1(folder, {"optimize", "--resume", "run", "--json", "-"});
  SCOPED_TRACE(run.out + run.err);
  EXPECT_TRUE(run.code == 0 || run.code == 1);
  const auto after = lines_of(journal);
  ASSERT_GE(after.size(), before.size());
  for (size_t i = 0; i < before.size(); ++i) EXPECT_EQ(after[i], before[i]);
  std::set<std::string> seen;
  for (const std::string& line : after) EXPECT_TRUE(seen.insert(nlohmann::json::parse(line)["candidate"]["id"]).second) << "evaluated twice";
}

TEST(Workers, AKilledWorkerCostsItsCandidateOnly) {
  const fs::path folder = fresh_folder();
  write(folder / "kernel.cu", read(task("matmul")));
  const pid_t pid = start(folder, {"optimize", "kernel.cu", "--device", "sim", "--max-evals", "8", "--run-dir", "run"});
  const fs::path journal = folder / "run" / "journal.jsonl";
  const bool begun = within(120s, [&] { return lines_of(journal).size() >= 2; });
  std::vector<pid_t> workers = workers_of(pid);
  if (!workers.empty()) ::kill(workers.front(), SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
  ASSERT_TRUE(begun) << read(folder / ".err");
  ASSERT_FALSE(workers.empty());
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_TRUE(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 1) << read(folder / ".err");
  const std::string text = read(journal);
  EXPECT_NE(text.find("worker_died"), std::string::npos);
  EXPECT_NE(text.find("passed"), std::string::npos);
  EXPECT_GE(lines_of(journal).size(), 4u);
}

}  // namespace
}  // namespace cudal1::e2e
