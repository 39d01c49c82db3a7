// generate with a scripted policy: what is asked, shown and written.
#include <unistd.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cudal1/cli/run.h"
#include "golden.h"

namespace cudal1::cli {
namespace {

class Scripted final : public policy::Policy {
 public:
  explicit Scripted(policy::Question& asked) : asked_(asked) {}
  std::string name() const override { return "scripted"; }
  std::vector<std::vector<policy::Completion>> complete(std::span<const policy::Question> questions,
                                                        const policy::OnText& on_text,
                                                        std::stop_token) override {
    asked_ = questions[0];
    std::vector<policy::Completion> answers;
    for (size_t i = 0; i < asked_.seeds.size(); ++i) {
      answers.push_back({"text " + std::to_string(i + 1), {7, 8}, {-0.5f, -0.25f}, "stop"});
      if (on_text) on_text(0, i, answers.back().text);
    }
    return {answers};
  }

 private:
  policy::Question& asked_;
};

class GenerateTest : public ::testing::Test {
 protected:
  GenerateTest() { std::ofstream(prompt) << "Say it."; }
  ~GenerateTest() override { std::filesystem::remove(prompt); }

  int generate(std::vector<std::string> words) {
    words.insert(words.begin(), {"cudal1", "generate"});
    std::ostringstream out, err;
    Services services{.out = out, .err = err};
    services.environment = [](const std::string&) { return std::optional<std::string>(); };
    services.open_model = [this](const policy::ModelOptions& options) {
      opened = options;
      return std::make_unique<Scripted>(asked);
    };
    const int code = run(words, services);
    shown = out.str(), talk = err.str();
    return code;
  }

  // Of this process: cases run side by side.
  std::string prompt = "cudal1-generate-test-" + std::to_string(::getpid()) + ".txt";
  std::string shown, talk;
  policy::Question asked;
  policy::ModelOptions opened;
};

TEST_F(GenerateTest, OneTextIsShownAsItComes) {
  EXPECT_EQ(generate({"--model", "dir", "--prompt", prompt}), 0);
  EXPECT_EQ(shown, "text 1\n");
  EXPECT_NE(talk.find("2 tokens in"), std::string::npos);
  EXPECT_FALSE(asked.chat);
  ASSERT_EQ(asked.messages.size(), 1u);
  EXPECT_EQ(asked.messages[0].content, "Say it.");
}

TEST_F(GenerateTest, SeveralAreToldApart) {
  EXPECT_EQ(generate({"--model", "dir", "--prompt", prompt, "-n", "2"}), 0);
  EXPECT_EQ(shown, "--- 1 of 2, stop\ntext 1\n--- 2 of 2, stop\ntext 2\n");
}

TEST_F(GenerateTest, OptionsReachTheQuestionAndTheModel) {
  EXPECT_EQ(generate({"--model",   "dir",
                      "--prompt",  prompt,
                      "--chat",    "--system",
                      "Be brief.", "--temperature",
                      "0.5",       "--top-p",
                      "0.9",       "--top-k",
                      "40",        "--min-p",
                      "0.05",      "--repetition-penalty",
                      "1.1",       "--max-tokens",
                      "7",         "--stop",
                      "a",         "--stop",
                      "b",         "--model-device",
                      "cpu",       "--model-type",
                      "bfloat16",  "--batch",
                      "3",         "--deterministic"}),
            0);
  EXPECT_TRUE(asked.chat);
  ASSERT_EQ(asked.messages.size(), 2u);
  EXPECT_EQ(asked.messages[0].role, "system");
  EXPECT_DOUBLE_EQ(asked.sampling.temperature, 0.5);
  EXPECT_DOUBLE_EQ(asked.sampling.top_p, 0.9);
  EXPECT_EQ(asked.sampling.top_k, 40);
  EXPECT_DOUBLE_EQ(asked.sampling.min_p, 0.05);
  EXPECT_DOUBLE_EQ(asked.sampling.repetition_penalty, 1.1);
  EXPECT_EQ(asked.sampling.max_tokens, 7);
  EXPECT_EQ(asked.sampling.stop, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(opened.device, policy::ComputeDevice::kCpu);
  EXPECT_EQ(opened.type, model::WeightType::kBFloat16);
  EXPECT_EQ(opened.max_batch, 3);
  EXPECT_TRUE(opened.deterministic);
}

TEST_F(GenerateTest, TheSameSeedAsksTheSame) {
  generate({"--model", "dir", "--prompt", prompt, "-n", "3", "--seed", "5"});
  const auto seeds = asked.seeds;
  generate({"--model", "dir", "--prompt", prompt, "-n", "3", "--seed", "5"});
  EXPECT_EQ(asked.seeds, seeds);
  generate({"--model", "dir", "--prompt", prompt, "-n", "3"});
  EXPECT_NE(asked.seeds, seeds);
}

TEST_F(GenerateTest, JsonHasTokensAndLogprobs) {
  EXPECT_EQ(
      generate({"--model", "dir", "--prompt", prompt, "-n", "2", "--seed", "5", "--json", "-"}), 0);
  shown.replace(shown.find(prompt), prompt.size(), "cudal1-generate-test.txt");
  expect_golden("generate.json", shown);
}

TEST_F(GenerateTest, NonsenseIsRefused) {
  const std::pair<std::vector<std::string>, const char*> kWrong[] = {
      {{"--prompt", prompt}, "needs --model"},
      {{"--model", "dir"}, "needs --prompt"},
      {{"--model", "dir", "--prompt", prompt, "--system", "x"}, "--system is of use with --chat"},
      {{"--model", "dir", "--prompt", prompt, "--top-p", "1.5"}, "at most 1, not 1.5"},
      {{"--model", "dir", "--prompt", prompt, "-n", "0"}, "--n must be at least 1"},
      {{"--model", "dir", "--prompt", prompt, "--batch", "18446744073709551615"},
       "--batch must be at most 65536"},
      {{"--model", "dir", "--prompt", prompt, "--max-tokens", "9223372036854775807"},
       "--max-tokens must be at most 1073741824"},
      {{"--model", "dir", "--prompt", prompt, "--top-k", "4294967297"},
       "--top-k must be at most 1073741824"},
      {{"--model", "dir", "--prompt", prompt, "--temperature", "1e-320"}, "0 or at least 0.0001"},
      {{"--model", "dir", "--prompt", prompt, "--temperature", "-1"}, "is not a number, 0 or more"},
  };
  for (const auto& [words, says] : kWrong) {
    EXPECT_EQ(generate(words), 2) << says;
    EXPECT_NE(talk.find(says), std::string::npos) << talk;
  }
}

}  // namespace
}  // namespace cudal1::cli
