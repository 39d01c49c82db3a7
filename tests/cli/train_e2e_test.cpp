// A tiny model is trained on the CPU, as users do it; it is killed, and goes on as if nothing had
// been.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "binary.h"

namespace cudal1::e2e {
namespace {

using nlohmann::json;

constexpr int kSteps = 12;

std::string examples() {
  std::string text;
  for (int i = 0; i < 50; ++i)
    text += json{{"prompt", "count to " + std::to_string(i % 7 + 3) + ":"},
                 {"completion", " one two three four five six " + std::to_string(i % 5)}}
                .dump() +
            "\n";
  return text;
}

// 12 steps of some tenths of a second.
json config() {
  return {{"initialise",
           {{"model_type", "qwen3"},
            {"hidden_size", 32},
            {"intermediate_size", 64},
            {"num_hidden_layers", 2},
            {"num_attention_heads", 2},
            {"num_key_value_heads", 1},
            {"head_dim", 16},
            {"max_position_embeddings", 128},
            {"tie_word_embeddings", true}}},
          {"train_tokenizer", {{"vocab_size", 300}}},
          {"data", {"examples.jsonl"}},
          {"heldout_share", 0.1},
          {"steps", kSteps},
          {"batch_tokens", 1024},
          {"micro_tokens", 512},
          {"learning_rate", 0.01},
          {"warmup_steps", 2},
          {"deterministic", true},
          {"heldout_every", 6},
          {"checkpoint_every", 3}};
}

fs::path folder_with_config() {
  const fs::path folder = fresh_folder();
  write(folder / "examples.jsonl", examples());
  write(folder / "run.json", "// tiny\n" + config().dump());
  return folder;
}

std::vector<double> losses(const fs::path& run) {
  std::vector<double> all;
  std::istringstream lines(read(run / "metrics.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const json one = json::parse(line, nullptr, false);
    if (one.is_object()) all.push_back(one.value("loss", -1.0));
  }
  return all;
}

// In the background; talks to nobody.
pid_t start(const fs::path& folder, const char* run) {
  const pid_t child = fork();
  if (child != 0) return child;
  const int null = open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor < 3; ++descriptor) dup2(null, descriptor);
  if (chdir(folder.c_str()) == 0)
    execl(binary().c_str(), "cudal1", "train", "run.json", "--run-dir", run, nullptr);
  _exit(127);
}

// Sends the signal when so many steps were taken; gives back how the process ended.
int interrupted_after(size_t steps, int signal, const fs::path& folder, const char* run) {
  const pid_t child = start(folder, run);
  for (int polls = 0; polls < 6000 && losses(folder / run).size() < steps; ++polls)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  kill(child, signal);
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

TEST(Train, LearnsAndLeavesAModelThatGenerates) {
  const fs::path folder = folder_with_config();
  const Outcome run =
      cudal1(folder, {"train", "--config", "run.json", "--run-dir", "run", "--json", "-"});
  ASSERT_EQ(run.code, 0) << run.err;
  const json result = run.json();
  EXPECT_EQ(result["schema"], "cudal1.train/1.0.0");
  EXPECT_EQ(result["folder"], "run/model");
  EXPECT_EQ(result["steps_done"], kSteps);
  EXPECT_FALSE(result["interrupted"]);
  EXPECT_GT(result["heldout_loss"], 0.0);
  EXPECT_NE(run.err.find("step 6: held-out loss "), std::string::npos) << run.err;

  const auto curve = losses(folder / "run");
  ASSERT_EQ(curve.size(), size_t(kSteps));
  EXPECT_LT(curve.back(), 0.7 * curve.front());
  EXPECT_EQ(result["loss"], curve.back());
  EXPECT_EQ(json::parse(read(folder / "run/config.json"))["steps"], kSteps);

  write(folder / "prompt.txt", "count to 4:");
  const Outcome text = cudal1(folder, {"generate", "--model", "run/model", "--prompt", "prompt.txt",
                                       "--max-tokens", "5", "--json", "-"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_EQ(text.json()["completions"].size(), 1u);
}

TEST(Train, DryRunWritesNothing) {
  const fs::path folder = folder_with_config();
  const Outcome run = cudal1(folder, {"train", "run.json", "--dry-run"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_NE(run.out.find("parameters"), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("Nothing was run: --dry-run."), std::string::npos);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2);
}

TEST(Train, AKilledRunGoesOnAsIfItHadNotBeenKilled) {
  const fs::path folder = folder_with_config();
  ASSERT_EQ(cudal1(folder, {"train", "run.json", "--run-dir", "whole", "--quiet"}).code, 0);
  const int status = interrupted_after(4, SIGKILL, folder, "killed");
  ASSERT_TRUE(WIFSIGNALED(status)) << "it was over before it was killed";
  ASSERT_LT(losses(folder / "killed").size(), size_t(kSteps));

  const Outcome run = cudal1(folder, {"train", "--resume", "killed", "--json", "-"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(losses(folder / "killed"), losses(folder / "whole"));
  EXPECT_EQ(read(folder / "killed/model/model.safetensors"),
            read(folder / "whole/model/model.safetensors"));
}

TEST(Train, AnInterruptedRunSavesAndSaysHowToGoOn) {
  const fs::path folder = folder_with_config();
  ASSERT_EQ(cudal1(folder, {"train", "run.json", "--run-dir", "whole", "--quiet"}).code, 0);
  const int status = interrupted_after(4, SIGINT, folder, "stopped");
  ASSERT_TRUE(WIFEXITED(status));
  ASSERT_EQ(WEXITSTATUS(status), 130);
  EXPECT_FALSE(fs::exists(folder / "stopped/model"));

  const Outcome run = cudal1(folder, {"train", "--resume", "stopped"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(losses(folder / "stopped"), losses(folder / "whole"));
}

// Greedy, as token ids.
json greedy(const fs::path& folder, std::vector<std::string> model) {
  std::vector<std::string> words = {"generate", "--prompt",     "prompt.txt", "--temperature",
                                    "0",        "--max-tokens", "8",          "--json",
                                    "-"};
  words.insert(words.end(), model.begin(), model.end());
  const Outcome text = cudal1(folder, words);
  EXPECT_EQ(text.code, 0) << text.err;
  return text.json()["completions"][0]["token_ids"];
}

TEST(Train, AnAdapterIsTrainedBesideAModelAndGoesOn) {
  const fs::path folder = folder_with_config();
  ASSERT_EQ(cudal1(folder, {"train", "run.json", "--run-dir", "base", "--quiet"}).code, 0);
  json config = e2e::config();
  config.erase("initialise");
  config.erase("train_tokenizer");
  config["start"] = "base/model";
  config["lora"] = {{"rank", 4}};
  write(folder / "lora.json", config.dump());
  const Outcome dry = cudal1(folder, {"train", "lora.json", "--dry-run"});
  EXPECT_NE(dry.out.find(" 4096 trained"), std::string::npos) << dry.out;
  const Outcome run = cudal1(folder, {"train", "lora.json", "--run-dir", "lora"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_LT(losses(folder / "lora").back(), losses(folder / "lora").front());

  write(folder / "prompt.txt", "count to 4:");
  EXPECT_EQ(greedy(folder, {"--model", "base/model", "--adapter", "lora/adapter"}),
            greedy(folder, {"--model", "lora/model"}));

  config.erase("lora");
  config["start_adapter"] = "lora/adapter";
  write(folder / "more.json", config.dump());
  const Outcome more = cudal1(folder, {"train", "more.json", "--run-dir", "more"});
  ASSERT_EQ(more.code, 0) << more.err;
  EXPECT_LT(losses(folder / "more").front(), losses(folder / "lora").front());
}

TEST(Train, ARunThatIsGoingOnIsLeftAlone) {
  const fs::path folder = folder_with_config();
  const pid_t child = start(folder, "busy");
  for (int polls = 0; polls < 6000 && losses(folder / "busy").empty(); ++polls)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  kill(child, SIGSTOP);
  const Outcome second = cudal1(folder, {"train", "--resume", "busy"});
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(second.code, 4) << second.err;
  EXPECT_NE(second.err.find("another run is using 'busy'"), std::string::npos) << second.err;
}

TEST(Train, NonsenseIsRefusedBeforeAnythingIsWritten) {
  const fs::path folder = folder_with_config();
  EXPECT_EQ(cudal1(folder, {"train"}).code, 2);
  EXPECT_EQ(cudal1(folder, {"train", "run.json", "--config", "run.json"}).code, 2);
  EXPECT_EQ(cudal1(folder, {"train", "--resume", "nowhere"}).code, 4);
  EXPECT_EQ(cudal1(folder, {"train", "--resume", "a", "--run-dir", "b"}).code, 2);
  EXPECT_EQ(cudal1(folder, {"train", "run.json", "--run-dir", "."}).code, 5);
  write(folder / "run.json", R"({"learning_rat": 1})");
  const Outcome run = cudal1(folder, {"train", "run.json"});
  EXPECT_EQ(run.code, 4);
  EXPECT_NE(run.err.find("did you mean \"learning_rate\"?"), std::string::npos) << run.err;
  EXPECT_FALSE(fs::exists(folder / "cudal1-runs"));
}

// So that the same command line runs when the path is right.
TEST(Train, WithoutItsDataNoRunIsBegun) {
  const fs::path folder = folder_with_config();
  fs::remove(folder / "examples.jsonl");
  const Outcome run = cudal1(folder, {"train", "run.json", "--run-dir", "run"});
  EXPECT_EQ(run.code, 4);
  EXPECT_NE(run.err.find("examples.jsonl': No such file"), std::string::npos) << run.err;
  EXPECT_FALSE(fs::exists(folder / "run"));
}

}  // namespace
}  // namespace cudal1::e2e
