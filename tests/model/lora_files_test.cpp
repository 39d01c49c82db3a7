// Files of adapters that do not fit: each refusal by its own words.
#include "cudal1/model/lora_files.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cudal1/core/error.h"

namespace cudal1::model {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path kGood = CUDAL1_SOURCE_DIR "/tests/model/adapters/some";

ModelConfig base() { return read_config(CUDAL1_SOURCE_DIR "/tests/model/fixtures/qwen2"); }

fs::path changed(const json& keys) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const fs::path folder =
      fs::path(testing::TempDir()) / ("lora_files-" + std::string(test->name()));
  fs::create_directories(folder);
  fs::copy_file(kGood / "adapter_model.safetensors", folder / "adapter_model.safetensors",
                fs::copy_options::overwrite_existing);
  std::ifstream stream(kGood / "adapter_config.json");
  json config = json::parse(stream);
  config.merge_patch(keys);
  std::ofstream(folder / "adapter_config.json") << config.dump();
  return folder;
}

std::string refusal(const fs::path& folder, const ModelConfig& config = base()) {
  try {
    Adapter::open(folder, config);
  } catch (const DataError& error) {
    return error.what();
  }
  return "accepted";
}

std::string says(const json& keys) {
  const std::string text = refusal(changed(keys));
  const size_t name = text.find("adapter_");
  return name == std::string::npos ? text : text.substr(name);
}

TEST(LoraFiles, OnesOfPeftAreRead) {
  const Adapter adapter = Adapter::open(kGood, base());
  EXPECT_EQ(adapter.shape().rank, 3);
  EXPECT_EQ(adapter.shape().targets, (std::vector<std::string>{"q_proj", "v_proj", "up_proj"}));
  EXPECT_DOUBLE_EQ(adapter.shape().scale(), 5 / std::sqrt(3.0));
  EXPECT_EQ(adapter.tensors().size(), 12u);
}

TEST(LoraFiles, OtherKindsAreRefused) {
  const std::string plain =
      ", expected nothing: only plain low-rank adapters of all layers are "
      "supported";
  EXPECT_EQ(says({{"use_dora", true}}), "adapter_config.json: use_dora is true" + plain);
  EXPECT_EQ(says({{"bias", "all"}}), "adapter_config.json: bias is \"all\"" + plain);
  EXPECT_EQ(says({{"rank_pattern", {{"q_proj", 8}}}}).substr(0, 36),
            "adapter_config.json: rank_pattern is");
  EXPECT_EQ(says({{"peft_type", "IA3"}}),
            "adapter_config.json: peft_type is \"IA3\", expected \"LORA\"");
}

TEST(LoraFiles, WrongSettingsAreRefused) {
  EXPECT_TRUE(says({{"r", 0}}).starts_with("adapter_config.json: r is 0, expected "))
      << says({{"r", 0}});
  EXPECT_TRUE(says({{"lora_alpha", "x"}}).starts_with("adapter_config.json: lora_alpha is \"x\""));
  const std::string expected =
      ", expected a list of q_proj, k_proj, v_proj, o_proj, gate_proj, "
      "up_proj, down_proj";
  EXPECT_EQ(says({{"target_modules", "all-linear"}}),
            "adapter_config.json: target_modules is \"all-linear\"" + expected);
  EXPECT_EQ(says({{"target_modules", {"embed_tokens"}}}),
            "adapter_config.json: target_modules is [\"embed_tokens\"]" + expected);
}

TEST(LoraFiles, TensorsThatDoNotFitAreNamed) {
  const std::string missing = says({{"target_modules", {"q_proj", "v_proj", "up_proj", "o_proj"}}});
  EXPECT_NE(missing.find("adapter_model.safetensors: 4 missing: "
                         "\"base_model.model.model.layers.0.self_attn.o_proj.lora_A.weight\""),
            std::string::npos)
      << missing;
  const std::string extra = says({{"target_modules", {"q_proj", "v_proj"}}});
  EXPECT_NE(extra.find("4 not of this adapter: "
                       "\"base_model.model.model.layers.0.mlp.up_proj.lora_A.weight\""),
            std::string::npos)
      << extra;
  const std::string misshapen = says({{"r", 2}});
  EXPECT_NE(misshapen.find("12 of another shape or type: "), std::string::npos) << misshapen;
  EXPECT_NE(misshapen.find("F32 [3, 32], expected [2, 32]"), std::string::npos) << misshapen;
}

TEST(LoraFiles, FilesThatAreNotThereAreNamed) {
  EXPECT_NE(refusal("/nowhere").find("/nowhere/adapter_config.json"), std::string::npos);
  const fs::path folder = changed(json::object());
  fs::remove(folder / "adapter_model.safetensors");
  EXPECT_NE(refusal(folder).find("adapter_model.safetensors"), std::string::npos);
}

}  // namespace
}  // namespace cudal1::model
