#include "cudal1/model/checkpoint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "../gpu/temporary_folder.h"
#include "cudal1/core/files.h"
#include "checkpoint_fixtures.h"

namespace cudal1::model {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Tensors = std::map<std::string, TensorView>;

bool same(const Tensors& a, const Tensors& b) {
  return std::ranges::equal(a, b, [](const auto& left, const auto& right) {
    return left.first == right.first && left.second.type == right.second.type &&
           left.second.shape == right.second.shape &&
           std::ranges::equal(left.second.bytes, right.second.bytes);
  });
}

std::set<std::string> files_of(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

TEST(Checkpoint, EveryFixtureOpens) {
  for (const char* name : kFixtures) {
    const Checkpoint checkpoint = Checkpoint::open(fixture(name));
    EXPECT_EQ(checkpoint.tensors().size(), weights_of(checkpoint.config()).size()) << name;
    EXPECT_EQ(checkpoint.bytes(),
              checkpoint.config().parameters() * size_of(checkpoint.config().type))
        << name;
  }
}

TEST(Checkpoint, WhatIsSavedOpensAsItWas) {
  for (const char* name : kFixtures)
    for (const int64_t bytes : {int64_t{5'000'000'000}, int64_t{20'000}, int64_t{1}}) {
      const gpu::TemporaryFolder folder;
      const Checkpoint checkpoint = Checkpoint::open(fixture(name));
      save_checkpoint(folder.path() / "deep" / "er", checkpoint.config(), checkpoint.tensors(),
                      {bytes});
      const Checkpoint again = Checkpoint::open(folder.path() / "deep" / "er");
      EXPECT_EQ(again.config(), checkpoint.config()) << name;
      EXPECT_TRUE(same(again.tensors(), checkpoint.tensors())) << name;
    }
}

TEST(Checkpoint, NoShardIsLargerThanAsked) {
  const gpu::TemporaryFolder folder;
  const Checkpoint checkpoint = Checkpoint::open(fixture("llama"));
  save_checkpoint(folder.path(), checkpoint.config(), checkpoint.tensors(), {100'000});
  EXPECT_EQ(files_of(folder.path()),
            (std::set<std::string>{
                "config.json", "generation_config.json", "model.safetensors.index.json",
                "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors",
                "model-00003-of-00003.safetensors"}));
  const json index = json::parse(read_file(folder.path() / "model.safetensors.index.json"));
  EXPECT_EQ(index["metadata"]["total_size"], checkpoint.bytes());
  EXPECT_EQ(index["weight_map"].size(), checkpoint.tensors().size());
  EXPECT_EQ(index["weight_map"]["lm_head.weight"], "model-00003-of-00003.safetensors");
  for (const char* shard : {"model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors"})
    EXPECT_LE(fs::file_size(folder.path() / shard), 100'000u + 4096);
}

TEST(Checkpoint, SavingOverAnotherLeavesNothingOfItsWeights) {
  const gpu::TemporaryFolder folder;
  write_file_atomically(folder.path() / "tokenizer.json", "{}");
  for (const int64_t bytes :
       {int64_t{5'000'000'000}, int64_t{50'000}, int64_t{5'000'000'000}, int64_t{20'000}})
    for (const char* name : {"qwen2", "llama"}) {
      const Checkpoint checkpoint = Checkpoint::open(fixture(name));
      save_checkpoint(folder.path(), checkpoint.config(), checkpoint.tensors(), {bytes});
      const Checkpoint again = Checkpoint::open(folder.path());
      EXPECT_EQ(again.config(), checkpoint.config());
      EXPECT_TRUE(same(again.tensors(), checkpoint.tensors()));
      EXPECT_TRUE(fs::exists(folder.path() / "tokenizer.json"));
      EXPECT_EQ(fs::exists(folder.path() / "model.safetensors.index.json"), bytes < 1'000'000);
    }
}

TEST(Checkpoint, SavingIntoTheFolderItWasOpenedFrom) {
  const gpu::TemporaryFolder folder;
  fs::copy(fixture("llama_bf16"), folder.path(), fs::copy_options::recursive);
  const Checkpoint checkpoint = Checkpoint::open(folder.path());
  save_checkpoint(folder.path(), checkpoint.config(), checkpoint.tensors(), {40'000});
  EXPECT_TRUE(same(Checkpoint::open(folder.path()).tensors(),
                   Checkpoint::open(fixture("llama_bf16")).tensors()));
}

TEST(Checkpoint, WhatDoesNotFitTheArchitectureIsNotSaved) {
  const gpu::TemporaryFolder folder;
  const Checkpoint checkpoint = Checkpoint::open(fixture("qwen2"));
  Tensors tensors = checkpoint.tensors();
  tensors.erase("model.norm.weight");
  const std::string message = refusal<OutputError>(
      [&] { save_checkpoint(folder.path() / "new", checkpoint.config(), tensors); });
  EXPECT_TRUE(contains(message, "1 missing: \"model.norm.weight\""));
  EXPECT_FALSE(fs::exists(folder.path() / "new"));
  write_file_atomically(folder.path() / "file", "");
  EXPECT_TRUE(contains(refusal<OutputError>([&] {
                         save_checkpoint(folder.path() / "file", checkpoint.config(),
                                         checkpoint.tensors());
                       }),
                       "cannot make the folder"));
}

// A copy of a fixture that a test may break.
class Broken : public testing::Test {
 protected:
  void start_from(const std::string& name) {
    fs::copy(fixture(name), folder_.path(), fs::copy_options::recursive);
  }
  fs::path path(const std::string& name) const { return folder_.path() / name; }
  std::string why() const {
    return refusal([&] { Checkpoint::open(folder_.path()); });
  }
  void put_tensors(const Tensors& tensors) {
    write_safetensors(path("model.safetensors"), tensors);
  }
  json read(const std::string& name) const { return json::parse(read_file(path(name))); }
  void put(const std::string& name, const json& value) {
    write_file_atomically(path(name), value.dump());
  }

 private:
  gpu::TemporaryFolder folder_;
};

TEST_F(Broken, AllThatDoesNotFitIsToldAtOnce) {
  start_from("qwen2");
  const Safetensors file = Safetensors::open(fixture("qwen2") / "model.safetensors");
  Tensors tensors = file.tensors();
  tensors.erase("model.norm.weight");
  tensors.erase("model.layers.1.mlp.up_proj.weight");
  tensors["model.norm.bias"] = tensors.at("model.layers.0.input_layernorm.weight");
  std::swap(tensors.at("model.layers.0.mlp.down_proj.weight").shape[0],
            tensors.at("model.layers.0.mlp.down_proj.weight").shape[1]);
  tensors.at("model.layers.0.mlp.up_proj.weight").type = ElementType::kI32;
  put_tensors(tensors);
  const std::string message = why();
  EXPECT_TRUE(contains(message, path("").parent_path().string()));
  EXPECT_TRUE(
      contains(message,
               "its tensors are not those of Qwen2ForCausalLM: "
               "2 missing: \"model.layers.1.mlp.up_proj.weight\"; \"model.norm.weight\"; "
               "1 not of this architecture: \"model.norm.bias\"; 2 of another shape or type: "));
  EXPECT_TRUE(contains(
      message, "\"model.layers.0.mlp.up_proj.weight\" I32 [64, 32], expected F32, F16 or BF16"));
  EXPECT_TRUE(
      contains(message, "\"model.layers.0.mlp.down_proj.weight\" F32 [64, 32], expected [32, 64]"));
}

TEST_F(Broken, TheListEnds) {
  start_from("qwen2");
  json config = read("config.json");
  config["num_hidden_layers"] = 2000;
  config.erase("layer_types");
  put("config.json", config);
  EXPECT_TRUE(contains(why(), "23976 missing: \"model.layers.2.input_layernorm.weight\"; "));
  EXPECT_TRUE(contains(why(), " and 23966 more"));
  EXPECT_LT(why().size(), 2000u);
}

TEST_F(Broken, WhatCanBeComputedIsLeftOut) {
  start_from("qwen2");
  const Safetensors file = Safetensors::open(fixture("qwen2") / "model.safetensors");
  Tensors tensors = file.tensors();
  tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = tensors.at("model.norm.weight");
  tensors["lm_head.weight"] = tensors.at("model.embed_tokens.weight");
  put_tensors(tensors);
  EXPECT_TRUE(same(Checkpoint::open(path("")).tensors(), file.tensors()));
  const std::string other(tensors.at("lm_head.weight").bytes.size(), 'x');
  tensors["lm_head.weight"].bytes = std::as_bytes(std::span(other));
  put_tensors(tensors);
  EXPECT_TRUE(contains(why(),
                       "lm_head.weight is not model.embed_tokens.weight, although config.json says "
                       "tie_word_embeddings"));
}

TEST_F(Broken, AShardThatIsMissing) {
  start_from("llama_bf16");
  fs::remove(path("model-00002-of-00003.safetensors"));
  EXPECT_TRUE(contains(
      why(),
      "model-00002-of-00003.safetensors' is missing, model.safetensors.index.json names it"));
}

TEST_F(Broken, ATensorInTwoShards) {
  start_from("llama_bf16");
  json index = read("model.safetensors.index.json");
  fs::copy(path("model-00002-of-00003.safetensors"), path("again.safetensors"));
  index["weight_map"]["more"] = "again.safetensors";
  put("model.safetensors.index.json", index);
  EXPECT_TRUE(contains(why(),
                       "again.safetensors: 1 tensors are missing that model.safetensors.index.json "
                       "says are in it: \"more\""));
  const std::string there = Safetensors::open(path("again.safetensors")).tensors().begin()->first;
  index["weight_map"].erase("more");
  index["weight_map"][there] = "again.safetensors";
  put("model.safetensors.index.json", index);
  EXPECT_TRUE(contains(why(), "tensor \"" + there + "\" is in another shard too"));
}

TEST_F(Broken, ShardsOutsideTheFolder) {
  start_from("llama_bf16");
  const std::string secret("a\0.safetensors", 14);
  for (const json& name : {json("../model-00001-of-00003.safetensors"), json("/etc/x.safetensors"),
                           json("a\\b.safetensors"), json(".."), json(""), json("passwd"),
                           json(secret), json(3), json(nullptr), json::array()}) {
    json index = read("model.safetensors.index.json");
    index["weight_map"]["lm_head.weight"] = name;
    put("model.safetensors.index.json", index);
    EXPECT_TRUE(contains(why(), "weight_map: \"lm_head.weight\" lies in ")) << name;
    EXPECT_TRUE(contains(why(), ", expected the plain name of a .safetensors file")) << name;
  }
}

TEST_F(Broken, AnIndexThatIsNone) {
  start_from("llama_bf16");
  const auto says = [&](const std::string& text, const std::string& expected) {
    write_file_atomically(path("model.safetensors.index.json"), text);
    EXPECT_TRUE(contains(why(), "model.safetensors.index.json" + expected));
  };
  says("{", " is not JSON: ");
  says("[]", " is [], expected an object");
  says("{}", ": weight_map is missing, expected an object");
  says("{\"weight_map\": []}", ": weight_map is [], expected an object");
  says("{\"weight_map\": {}}", ": weight_map is empty");
}

TEST_F(Broken, NoWeights) {
  start_from("qwen2");
  fs::remove(path("model.safetensors"));
  EXPECT_TRUE(contains(why(), "holds neither model.safetensors nor model.safetensors.index.json"));
  write_file_atomically(path("pytorch_model.bin"), "");
  try {
    Checkpoint::open(path(""));
  } catch (const DataError& error) {
    EXPECT_TRUE(contains(error.advice(), "pickled"));
  }
}

}  // namespace
}  // namespace cudal1::model
