#include "cudal1/train/train_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cudal1/core/error.h"

namespace cudal1::train {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const char* kArchitecture = R"({"model_type": "qwen3", "hidden_size": 32, "intermediate_size": 64,
  "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16,
  "max_position_embeddings": 128, "tie_word_embeddings": true, "rope_theta": 5000.0})";

fs::path written(const std::string& text) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const fs::path folder =
      fs::path(testing::TempDir()) / ("train_config-" + std::string(test->name()));
  fs::create_directories(folder);
  std::ofstream(folder / "run.json") << text;
  return folder / "run.json";
}

TrainConfig read(const std::string& text) { return read_train_config(written(text)); }

std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const DataError& error) {
    return error.what();
  }
  return "accepted";
}

// A good file but for `keys`.
std::string with(const std::string& keys) {
  json object = {{"start", "model"}, {"data", {"a.jsonl"}}};
  object.update(json::parse(keys));
  return object.dump();
}

std::string says(const std::string& keys) {
  const std::string text = refusal(with(keys));
  const size_t colon = text.find("run.json: ");
  return colon == std::string::npos ? text : text.substr(colon + 10);
}

TEST(TrainConfig, WhatIsNotGivenHasItsDefault) {
  const TrainConfig config = read(R"({"start": "model", "data": ["a.jsonl"]})"), defaults;
  EXPECT_EQ(config.learning_rate, defaults.learning_rate);
  EXPECT_EQ(config.batch_tokens, 65536);
  EXPECT_EQ(config.schedule, Schedule::kCosine);
  EXPECT_FALSE(config.steps);
  EXPECT_FALSE(config.initialise);
  EXPECT_FALSE(config.train_tokenizer);
  EXPECT_TRUE(config.tensorboard);
}

TEST(TrainConfig, EveryKindOfValueIsRead) {
  const TrainConfig config = read(std::string(R"({ // a comment
    "initialise": )") + kArchitecture +
                                  R"(,
    "train_tokenizer": {"vocab_size": 300, "special_tokens": ["<|endoftext|>"]},
    "data": ["a.jsonl", "/b.jsonl"], "steps": 12, "learning_rate": 1, "schedule": "linear",
    "precision": "bfloat16", "deterministic": true, "heldout": null,
    "lora": {"alpha": 8, "targets": ["q_proj"]}})");
  ASSERT_TRUE(config.initialise);
  EXPECT_EQ(config.initialise->layers, 2);
  EXPECT_EQ(config.initialise->vocab_size, 0);
  EXPECT_TRUE(config.initialise->eos.empty());
  ASSERT_TRUE(config.train_tokenizer);
  EXPECT_EQ(config.train_tokenizer->vocab_size, 300);
  EXPECT_EQ(config.train_tokenizer->min_frequency, 2);
  EXPECT_EQ(config.steps, 12);
  EXPECT_EQ(config.learning_rate, 1);
  EXPECT_EQ(config.schedule, Schedule::kLinear);
  EXPECT_EQ(config.precision, Precision::kBFloat16);
  EXPECT_TRUE(config.deterministic);
  EXPECT_EQ(config.lora.alpha, 8);
}

TEST(TrainConfig, PathsStartFromTheFilesFolder) {
  const fs::path file = written(R"({"start": "../model/", "tokenizer": "t.json",
                                    "data": ["a.jsonl", "/b.jsonl"], "heldout": ["h.jsonl"]})");
  const TrainConfig config = read_train_config(file);
  EXPECT_EQ(config.start, file.parent_path().parent_path() / "model/");
  EXPECT_EQ(config.tokenizer, file.parent_path() / "t.json");
  EXPECT_EQ(config.data[0], file.parent_path() / "a.jsonl");
  EXPECT_EQ(config.data[1], "/b.jsonl");
  EXPECT_EQ(config.heldout[0], file.parent_path() / "h.jsonl");
}

TEST(TrainConfig, AnEmptyObjectTrainsATokenizerWithDefaults) {
  EXPECT_TRUE(read(std::string(R"({"data": ["a"], "train_tokenizer": {}, "initialise": )") +
                   kArchitecture + "}")
                  .train_tokenizer);
}

// A Llama ends with token 2 where its config.json is silent; a new tokenizer's 2 is a byte.
TEST(TrainConfig, ANewModelHasNoTokensOfAnotherTokenizer) {
  json shape = json::parse(kArchitecture);
  shape["model_type"] = "llama";
  const TrainConfig config =
      read(json{{"data", {"a"}}, {"tokenizer", "t.json"}, {"initialise", shape}}.dump());
  EXPECT_TRUE(config.initialise->eos.empty());
  EXPECT_FALSE(config.initialise->bos);
}

TEST(TrainConfig, WhatIsWrittenIsReadBackAsTheSame) {
  for (const std::string& text :
       {std::string(R"({"start": "m", "data": ["a"], "seed": 9223372036854775807, "clip": 0.3})"),
        std::string(R"({"data": ["a"], "steps": 3, "precision": "float32", "heldout": ["h"],
          "train_tokenizer": {"special_tokens": ["<|endoftext|>", "<x>"]}, "initialise": )") +
            kArchitecture + "}"}) {
    const TrainConfig config = read(text);
    const std::string first = to_json(config);
    const TrainConfig again = read(first);
    EXPECT_EQ(to_json(again), first);
    EXPECT_EQ(again.initialise, config.initialise);
    EXPECT_EQ(again.seed, config.seed);
    EXPECT_EQ(again.clip, config.clip);
    EXPECT_EQ(again.steps, config.steps);
    EXPECT_EQ(again.data, config.data);
  }
}

TEST(TrainConfig, WhatIsWrittenAndDescribedNamesEveryKey) {
  const json object = json::parse(
      to_json(read(std::string(R"({"data": ["a"], "train_tokenizer": {}, "initialise": )") +
                   kArchitecture + "}")));
  const std::string text = describe_train_config();
  size_t keys = 0;
  for (const auto& [name, value] : object.items()) {
    if (name == "lora" || name == "train_tokenizer")
      for (const auto& [inner, ignored] : value.items()) {
        EXPECT_NE(text.find(name + "." + inner + " ("), std::string::npos) << name << inner;
        ++keys;
      }
    else {
      EXPECT_NE(text.find(name + " ("), std::string::npos) << name;
      ++keys;
    }
  }
  EXPECT_EQ(keys, size_t(std::count(text.begin(), text.end(), '\n')));
  EXPECT_NE(text.find("learning_rate (a number above 0, at most 1000; default 0.0003): "),
            std::string::npos)
      << text;
}

TEST(TrainConfig, UnknownKeysAreRefusedWithTheNearest) {
  EXPECT_EQ(says(R"({"learning_rat": 1})"),
            "unknown key \"learning_rat\"; did you mean \"learning_rate\"?");
  EXPECT_EQ(says(R"({"lora": {"rnk": 1}})"),
            "unknown key \"lora.rnk\"; did you mean \"lora.rank\"?");
  EXPECT_EQ(says(R"({"frobnicate": 1})"), "unknown key \"frobnicate\"");
}

TEST(TrainConfig, WrongValuesAreRefused) {
  EXPECT_EQ(says(R"({"learning_rate": 0})"),
            "learning_rate is 0, expected a number above 0, at most 1000");
  EXPECT_EQ(says(R"({"learning_rate": "1e-3"})"),
            "learning_rate is \"1e-3\", expected a number above 0, at most 1000");
  EXPECT_EQ(says(R"({"batch_tokens": 0})"), "batch_tokens is 0, expected a whole number from 1");
  EXPECT_EQ(says(R"({"micro_tokens": 1.5})"),
            "micro_tokens is 1.5, expected a whole number from 1");
  EXPECT_EQ(says(R"({"seed": 9223372036854775808})"),
            "seed is 9223372036854775808, expected a whole number from 0");
  EXPECT_EQ(says(R"({"beta1": 1})"), "beta1 is 1, expected a number from 0, below 1");
  EXPECT_EQ(says(R"({"recompute": 1})"), "recompute is 1, expected true or false");
  EXPECT_EQ(says(R"({"schedule": "square"})"),
            "schedule is \"square\", expected one of \"constant\", \"linear\", \"cosine\"");
  EXPECT_EQ(says(R"({"data": "a.jsonl"})"), "data is \"a.jsonl\", expected a list of paths");
  EXPECT_EQ(says(R"({"heldout": [3]})"), "heldout is [3], expected a list of paths");
  EXPECT_EQ(says(R"({"tokenizer": ""})"), "tokenizer is \"\", expected a path");
  EXPECT_EQ(says(R"({"lora": 3})"), "lora is 3, expected an object");
  EXPECT_EQ(says(R"({"steps": 0})"), "steps is 0, expected a whole number from 1");
  EXPECT_EQ(says(R"({"lora": {"targets": "q_proj"}})"),
            "lora.targets is \"q_proj\", expected a list of texts");
  EXPECT_EQ(says(R"({"stage": 3})"), "stage is 3, expected \"sft\"");
}

TEST(TrainConfig, ArchitecturesAreRefusedByTheirOwnWords) {
  EXPECT_EQ(says(R"({"start": null, "tokenizer": "t", "initialise": 3})"),
            "initialise is 3, expected an object as in a config.json");
  json shape = json::parse(kArchitecture);
  shape.erase("hidden_size");
  const json keys = {{"start", nullptr}, {"tokenizer", "t"}, {"initialise", shape}};
  EXPECT_TRUE(says(keys.dump()).starts_with("initialise: hidden_size is missing, expected "))
      << says(keys.dump());
}

TEST(TrainConfig, ContradictionsAreRefused) {
  const std::string shape = std::string(R"("initialise": )") + kArchitecture;
  EXPECT_EQ(says(R"({"start": null})"),
            "neither start nor initialise is given: expected the folder of a model, or an "
            "architecture");
  EXPECT_EQ(says("{\"tokenizer\": \"t\", " + shape + "}"),
            "start and initialise are both given, expected one of them");
  EXPECT_EQ(says("{\"start\": null, " + shape + "}"),
            "initialise needs a tokenizer: expected tokenizer or train_tokenizer, too");
  EXPECT_EQ(says("{\"start\": null, \"tokenizer\": \"t\", \"train_tokenizer\": {}, " + shape + "}"),
            "tokenizer and train_tokenizer are both given, expected one of them");
  EXPECT_EQ(says(R"({"train_tokenizer": {}})"),
            "start and train_tokenizer are both given: a model knows its own tokens only");
  EXPECT_EQ(says(R"({"data": []})"), "data names no file, expected at least one");
  EXPECT_EQ(says(R"({"stage": "dpo"})"), "stage is \"dpo\", expected \"sft\"");
  EXPECT_EQ(says("{\"start\": null, \"train_tokenizer\": {\"vocab_size\": 257}, " + shape + "}"),
            "train_tokenizer.vocab_size is 257, expected 259 at least: the bytes and the special "
            "tokens");
}

TEST(TrainConfig, AdaptersAreRead) {
  const fs::path file =
      written(with(R"({"lora": {"rank": 8, "alpha": 4, "targets": ["v_proj", "q_proj"]}})"));
  EXPECT_EQ(read_train_config(file).lora.rank, 8);
  EXPECT_EQ(read(to_json(read_train_config(file))).lora.targets,
            (std::vector<std::string>{"v_proj", "q_proj"}));
  const TrainConfig further = read_train_config(written(with(R"({"start_adapter": "a"})")));
  EXPECT_EQ(further.start_adapter, file.parent_path() / "a");
}

TEST(TrainConfig, AdaptersThatCannotBeAreRefused) {
  EXPECT_EQ(says(R"({"lora": {"rank": 8, "targets": ["q_proj", "embed_tokens"]}})"),
            "lora.targets has \"embed_tokens\", expected any of q_proj, k_proj, v_proj, o_proj, "
            "gate_proj, up_proj, down_proj");
  EXPECT_EQ(says(R"({"lora": {"rank": 8, "targets": ["q_proj", "q_proj"]}})"),
            "lora.targets has \"q_proj\" twice");
  EXPECT_EQ(says(R"({"lora": {"rank": 8, "targets": []}})"),
            "lora.rank is 8 and lora.targets is empty, expected at least one projection");
  EXPECT_EQ(says(R"({"lora": {"rank": 8}, "start_adapter": "a"})"),
            "lora.rank is 8 and start_adapter is given, expected one of them: an adapter has its "
            "own rank");
  EXPECT_EQ(says(std::string(R"({"start": null, "tokenizer": "t", "lora": {"rank": 8},
                                 "initialise": )") +
                 kArchitecture + "}"),
            "lora.rank is 8 with initialise: an adapter stands beside the weights of a start");
}

TEST(TrainConfig, AllProblemsAreToldAtOnce) {
  EXPECT_EQ(says(R"({"batch_token": 3, "clip": -1, "stage": "rl"})"),
            "3 problems:\n  - unknown key \"batch_token\"; did you mean \"batch_tokens\"?\n"
            "  - clip is -1, expected a number from 0\n"
            "  - stage is \"rl\", expected \"sft\"");
}

TEST(TrainConfig, WhatIsNoObjectIsRefused) {
  EXPECT_NE(refusal("{").find("run.json is not JSON: "), std::string::npos);
  EXPECT_NE(refusal("{\"clip\": 1e999}").find("is not JSON: "), std::string::npos);
  EXPECT_NE(refusal("[1]").find("is [1], expected an object"), std::string::npos);
  EXPECT_THROW(read_train_config("/nowhere/run.json"), DataError);
}

TEST(TrainConfig, EveryConfigurationThatComesWithUsIsRead) {
  size_t files = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(CUDAL1_SOURCE_DIR) / "configs/train")) {
    EXPECT_NO_THROW({
      for (const fs::path& data : read_train_config(entry.path()).data)
        EXPECT_TRUE(fs::exists(data)) << data;
    }) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 0u);
}

}  // namespace
}  // namespace cudal1::train
