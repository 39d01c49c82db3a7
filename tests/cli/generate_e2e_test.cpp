// generate --server against a server of Python's http.server.
#include <signal.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "binary.h"

namespace cudal1::e2e {
namespace {

constexpr const char* kKey = "sk-e2e-0123456789abcdef";

class GenerateServerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fresh_folder();
    write(folder_ / "prompt.txt", "question\n");
    const fs::path port = folder_ / "port";
    const std::string script = (source_directory() / "tests/cli/openai_server.py").string();
    server_ = fork();
    if (server_ == 0) {
      execlp("python3", "python3", script.c_str(), port.c_str(), nullptr);
      _exit(127);
    }
    for (int i = 0; i < 500 && !fs::exists(port); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSERT_TRUE(fs::exists(port)) << "python3's server did not start";
    url_ = "http://127.0.0.1:" + read(port) + "/v1";
  }
  void TearDown() override {
    kill(server_, SIGKILL);
    waitpid(server_, nullptr, 0);
  }
  Outcome generate(std::vector<std::string> words, const std::string& model = "coder") const {
    words.insert(words.begin(),
                 {"generate", "--server", url_, "--model", model, "--prompt", "prompt.txt"});
    return cudal1(folder_, words, std::string("no_proxy=127.0.0.1 OPENAI_API_KEY=") + kKey, 60);
  }

  fs::path folder_;
  std::string url_;
  pid_t server_ = 0;
};

TEST_F(GenerateServerTest, OneAnswer) {
  const Outcome run = generate({"--chat", "--system", "short", "--seed", "1"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_TRUE(run.out.starts_with("short | question -> ")) << run.out;
  EXPECT_TRUE(run.out.ends_with(" 0\n")) << run.out;
  EXPECT_NE(run.err.find("2 tokens in "), std::string::npos) << run.err;
}

TEST_F(GenerateServerTest, SeveralAsJson) {
  const Outcome run = generate({"--chat", "-n", "3", "--json", "-"});
  EXPECT_EQ(run.code, 0) << run.err;
  const auto json = run.json();
  EXPECT_EQ(json["schema"], "cudal1.generate/1.0.0");
  EXPECT_EQ(json["model"], "coder");
  ASSERT_EQ(json["completions"].size(), 3u) << run.out;
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(json["completions"][i],
              (nlohmann::json{{"text", "question -> no seed " + std::to_string(i)},
                              {"token_ids", nlohmann::json::array()},
                              {"logprobs", {-0.25, -1}},
                              {"finish_reason", "stop"}}));
  EXPECT_EQ(run.out.find(kKey), std::string::npos);
}

TEST_F(GenerateServerTest, ASeedPerText) {
  const Outcome run = generate({"-n", "3", "--seed", "5", "--json", "-"});
  const Outcome again = generate({"-n", "3", "--seed", "5", "--json", "-"});
  std::set<std::string> texts;
  const auto json = run.json();
  for (const auto& one : json["completions"]) texts.insert(one["text"].get<std::string>());
  EXPECT_EQ(texts.size(), 3u) << run.out;
  EXPECT_EQ(json["completions"], again.json()["completions"]);
  EXPECT_EQ(json["seed"], 5);
}

TEST_F(GenerateServerTest, BusyAtFirst) {
  const Outcome run = generate({"--chat"}, "busy");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_NE(run.err.find("HTTP 503: loading"), std::string::npos) << run.err;
  EXPECT_GE(run.seconds, 1.0);
}

TEST_F(GenerateServerTest, ARefusalWithoutTheKey) {
  const Outcome run = generate({"--chat", "--verbose"}, "refusing");
  EXPECT_EQ(run.code, 3);
  EXPECT_NE(run.err.find("HTTP 401: no such key: Bearer [key]"), std::string::npos) << run.err;
  EXPECT_EQ(run.err.find(kKey), std::string::npos) << run.err;
}

TEST_F(GenerateServerTest, DryRunAndNonsense) {
  const Outcome dry = generate({"--dry-run"});
  EXPECT_EQ(dry.out, "model       coder at " + url_ + "\nNothing was run: --dry-run.\n");
  EXPECT_EQ(generate({"--deterministic"}).code, 2);
  EXPECT_EQ(generate({"--model-device", "cpu"}).code, 2);
  EXPECT_EQ(cudal1(folder_, {"generate", "--server", "localhost", "--model", "m", "--prompt",
                             "prompt.txt", "--dry-run"})
                .code,
            2);
  EXPECT_EQ(generate({"--server-key-variable", "sk-1234"}).err.find("sk-1234"), std::string::npos);
}

}  // namespace
}  // namespace cudal1::e2e
