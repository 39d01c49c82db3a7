#include "cudal1/model/config.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cudal1/core/files.h"
#include "checkpoint_fixtures.h"

namespace cudal1::model {
namespace {

using nlohmann::json;

ModelConfig parsed(const json& words) { return parse_config(words.dump(), "config.json"); }

json least(const char* type) {
  return {{"model_type", type},      {"vocab_size", 256},      {"hidden_size", 64},
          {"intermediate_size", 96}, {"num_hidden_layers", 3}, {"num_attention_heads", 4},
          {"num_key_value_heads", 2}};
}

json with(json words, const json& more) {
  words.update(more);
  return words;
}

TEST(Config, DefaultsAreThoseOfTransformers) {
  const ModelConfig qwen2 = parsed(least("qwen2"));
  EXPECT_EQ(qwen2.head_dim, 16);
  EXPECT_EQ(qwen2.max_positions, 32768);
  EXPECT_EQ(qwen2.norm_epsilon, 1e-6);
  EXPECT_EQ(qwen2.rope.theta, 10000);
  EXPECT_EQ(qwen2.rope.kind, Rope::Kind::kDefault);
  EXPECT_EQ(qwen2.type, WeightType::kFloat32);
  EXPECT_TRUE(qwen2.qkv_bias);
  EXPECT_FALSE(qwen2.output_bias || qwen2.mlp_bias || qwen2.qk_norm || qwen2.tied_embeddings);
  EXPECT_FALSE(qwen2.sliding_window || qwen2.bos || qwen2.pad);
  EXPECT_TRUE(qwen2.eos.empty());

  const ModelConfig qwen3 = parsed(least("qwen3"));
  EXPECT_EQ(qwen3.head_dim, 128);
  EXPECT_TRUE(qwen3.qk_norm);
  EXPECT_FALSE(qwen3.qkv_bias || qwen3.output_bias);

  const ModelConfig llama = parsed(least("llama"));
  EXPECT_EQ(llama.max_positions, 2048);
  EXPECT_EQ(llama.bos, 1);
  EXPECT_EQ(llama.eos, std::vector<int32_t>{2});
}

TEST(Config, KeysAndValuesAreAsManyAsQueriesWhereALlamaSaysNothing) {
  json words = least("llama");
  words.erase("num_key_value_heads");
  EXPECT_EQ(parsed(words).kv_heads, 4);
  words["num_key_value_heads"] = nullptr;
  EXPECT_EQ(parsed(words).kv_heads, 4);
  words["model_type"] = "qwen2";
  EXPECT_EQ(parsed(words).kv_heads, 4);
}

TEST(Config, AttentionBiasIsOfTheOutputToo) {
  const ModelConfig llama =
      parsed(with(least("llama"), {{"attention_bias", true}, {"mlp_bias", true}}));
  EXPECT_TRUE(llama.qkv_bias && llama.output_bias && llama.mlp_bias);
  EXPECT_FALSE(parsed(with(least("qwen2"), {{"attention_bias", true}})).output_bias);
}

TEST(Config, BothDialectsSayTheSame) {
  const json yarn{{"rope_type", "yarn"}, {"factor", 4}, {"original_max_position_embeddings", 8192}};
  const json old_words = with(least("qwen3"), {{"rope_theta", 1e6},
                                               {"rope_scaling", yarn},
                                               {"torch_dtype", "bfloat16"},
                                               {"use_sliding_window", true},
                                               {"sliding_window", 8},
                                               {"max_window_layers", 1}});
  const json new_words =
      with(least("qwen3"),
           {{"rope_parameters", with(yarn, {{"rope_theta", 1e6}})},
            {"dtype", "bfloat16"},
            {"use_sliding_window", true},
            {"sliding_window", 8},
            {"layer_types", {"full_attention", "sliding_attention", "sliding_attention"}}});
  EXPECT_EQ(parsed(old_words), parsed(new_words));
  EXPECT_EQ(parsed(new_words).sliding_layers, (std::vector<bool>{false, true, true}));
  EXPECT_EQ(parsed(new_words).rope.theta, 1e6);
}

TEST(Config, TheOldWordForTheKindOfRopeIsRead) {
  const ModelConfig config =
      parsed(with(least("llama"), {{"rope_scaling", {{"type", "linear"}, {"factor", 2}}}}));
  EXPECT_EQ(config.rope.kind, Rope::Kind::kLinear);
  EXPECT_EQ(config.rope.factor, 2);
}

TEST(Config, AFactorThatIsNullFollowsFromThePositions) {
  const json yarn{
      {"type", "yarn"}, {"factor", nullptr}, {"original_max_position_embeddings", 8192}};
  EXPECT_EQ(parsed(with(least("qwen2"), {{"rope_scaling", yarn}})).rope.factor, 4);
}

TEST(Config, AWindowThatNoLayerHasIsNone) {
  const json unused{{"use_sliding_window", true}, {"sliding_window", 8}, {"max_window_layers", 3}};
  EXPECT_EQ(parsed(with(least("qwen2"), unused)), parsed(least("qwen2")));
  EXPECT_EQ(parsed(with(least("qwen2"), {{"use_sliding_window", true},
                                         {"sliding_window", nullptr},
                                         {"max_window_layers", 0}})),
            parsed(least("qwen2")));
}

TEST(Config, IdsMayBeOneOrManyOrNone) {
  EXPECT_EQ(parsed(with(least("llama"), {{"eos_token_id", {5, 7}}})).eos,
            (std::vector<int32_t>{5, 7}));
  EXPECT_TRUE(parsed(with(least("llama"), {{"eos_token_id", nullptr}})).eos.empty());
  EXPECT_FALSE(parsed(with(least("llama"), {{"bos_token_id", nullptr}})).bos);
  EXPECT_FALSE(parsed(with(least("llama"), {{"pad_token_id", -1}})).pad);
}

TEST(Config, IdsThatEndATextComeFromTheGenerationConfigFirst) {
  EXPECT_EQ(read_config(fixture("llama")).eos, (std::vector<int32_t>{2, 5}));
  EXPECT_EQ(parse_config(read_file(fixture("llama") / "config.json"), "config.json").eos,
            std::vector<int32_t>{2});
}

std::vector<ModelConfig> all_kinds() {
  std::vector<ModelConfig> configs;
  for (const char* name : kFixtures) configs.push_back(read_config(fixture(name)));
  const json mixed{"sliding_attention", "full_attention", "sliding_attention"};
  const json yarn{{"type", "yarn"},        {"factor", 3.3},    {"attention_factor", 1.25},
                  {"beta_fast", 16},       {"beta_slow", 2},   {"mscale", 0.7},
                  {"mscale_all_dim", 1.1}, {"truncate", false}};
  configs.push_back(
      parsed(with(least("qwen2"),
                  {{"use_sliding_window", true}, {"sliding_window", 5}, {"layer_types", mixed}})));
  configs.push_back(parsed(with(least("qwen3"), {{"rope_scaling", yarn}, {"dtype", "float16"}})));
  configs.push_back(
      parsed(with(least("llama"), {{"eos_token_id", nullptr},
                                   {"bos_token_id", nullptr},
                                   {"mlp_bias", true},
                                   {"rope_scaling", {{"type", "linear"}, {"factor", 1.1}}}})));
  return configs;
}

TEST(Config, WhatIsWrittenIsReadAgain) {
  for (const ModelConfig& config : all_kinds()) {
    const std::string text = to_json(config);
    EXPECT_EQ(parse_config(text, "config.json"), config) << text;
    json words = json::parse(text);  // and in the words of transformers 5
    json rope =
        words["rope_scaling"].is_null() ? json{{"rope_type", "default"}} : words["rope_scaling"];
    rope["rope_theta"] = words["rope_theta"];
    words["rope_parameters"] = rope;
    words["dtype"] = words["torch_dtype"];
    for (const char* old_word : {"rope_scaling", "rope_theta", "torch_dtype"})
      words.erase(old_word);
    EXPECT_EQ(parsed(words), config) << words;
  }
}

TEST(Config, WhatAFamilyCannotBeIsNotWritten) {
  ModelConfig config = read_config(fixture("qwen2"));
  config.mlp_bias = true;
  EXPECT_TRUE(
      contains(refusal([&] { to_json(config); }), "cannot be written as one of Qwen2ForCausalLM"));
  config = read_config(fixture("llama"));
  config.vocab_size = -1;
  EXPECT_TRUE(contains(refusal([&] { to_json(config); }), "vocab_size is -1"));
}

TEST(Config, WeightsAndTheirNumber) {
  const ModelConfig config =
      parsed(with(least("qwen3"), {{"head_dim", 32}, {"attention_bias", true}}));
  const std::vector<WeightSpec> weights = weights_of(config);
  ASSERT_EQ(weights.size(), 3 + 3 * 15u);
  EXPECT_EQ(weights[1], (WeightSpec{"model.layers.0.input_layernorm.weight", {64}}));
  EXPECT_EQ(weights[2], (WeightSpec{"model.layers.0.self_attn.q_proj.weight", {128, 64}}));
  EXPECT_EQ(weights[4], (WeightSpec{"model.layers.0.self_attn.k_proj.weight", {64, 64}}));
  EXPECT_EQ(weights[8], (WeightSpec{"model.layers.0.self_attn.q_norm.weight", {32}}));
  EXPECT_EQ(weights[10], (WeightSpec{"model.layers.0.self_attn.o_proj.weight", {64, 128}}));
  EXPECT_EQ(weights.back().name, "lm_head.weight");
  const int64_t layer =
      64 + 64 * 128 + 128 + 2 * (64 * 64 + 64) + 2 * 32 + 64 * 128 + 64 + 64 + 3 * 64 * 96;
  EXPECT_EQ(config.parameters(), 3 * layer + 2 * 256 * 64 + 64);
  EXPECT_EQ(
      parsed(with(least("qwen3"),
                  {{"head_dim", 32}, {"attention_bias", true}, {"tie_word_embeddings", true}}))
          .parameters(),
      3 * layer + 256 * 64 + 64);
}

// As published: what their authors say about the number of parameters.
TEST(Config, PublishedModelsCountAsTheirAuthorsDo) {
  const auto parameters = [](const char* text) {
    return parse_config(text, "config.json").parameters();
  };
  EXPECT_EQ(
      parameters(
          R"({"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 151643,
    "eos_token_id": 151645, "hidden_act": "silu", "hidden_size": 896, "initializer_range": 0.02, "intermediate_size": 4864,
    "max_position_embeddings": 32768, "max_window_layers": 21, "model_type": "qwen2", "num_attention_heads": 14,
    "num_hidden_layers": 24, "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
    "sliding_window": 32768, "tie_word_embeddings": true, "torch_dtype": "bfloat16", "transformers_version": "4.43.1",
    "use_cache": true, "use_sliding_window": false, "vocab_size": 151936})"),
      494'032'768);
  EXPECT_EQ(
      parameters(
          R"({"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
    "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu", "hidden_size": 1024,
    "initializer_range": 0.02, "intermediate_size": 3072, "max_position_embeddings": 40960, "max_window_layers": 28,
    "model_type": "qwen3", "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8,
    "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null,
    "tie_word_embeddings": true, "torch_dtype": "bfloat16", "use_cache": true, "use_sliding_window": false,
    "vocab_size": 151936})"),
      596'049'920);
  EXPECT_EQ(
      parameters(
          R"({"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
    "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009], "head_dim": 64, "hidden_act": "silu",
    "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 8192, "max_position_embeddings": 131072,
    "mlp_bias": false, "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 16,
    "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": {"factor": 32.0,
    "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192, "rope_type": "llama3"},
    "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16", "use_cache": true,
    "vocab_size": 128256})"),
      1'235'814'400);
}

TEST(Config, TheLargestSizesDoNotOverflow) {
  const json words{{"model_type", "qwen3"},          {"vocab_size", 1 << 28},
                   {"hidden_size", 1 << 20},         {"intermediate_size", 1 << 24},
                   {"num_hidden_layers", 1 << 13},   {"num_attention_heads", 1 << 12},
                   {"num_key_value_heads", 1 << 12}, {"head_dim", 1 << 12}};
  EXPECT_GT(parsed(words).parameters(), int64_t{1} << 58);
  EXPECT_LT(parsed(words).parameters(), int64_t{1} << 60);
}

}  // namespace
}  // namespace cudal1::model
