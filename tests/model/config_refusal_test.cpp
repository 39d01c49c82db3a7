// What a config.json must not say, and how it is told.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "../gpu/temporary_folder.h"
#include "cudal1/core/files.h"
#include "cudal1/model/config.h"
#include "checkpoint_fixtures.h"

namespace cudal1::model {
namespace {

using nlohmann::json;

// Every field that is read, in both dialects' words.
json full(const char* type) {
  const json rope{{"rope_type", "yarn"},
                  {"factor", 4.0},
                  {"original_max_position_embeddings", 64},
                  {"rope_theta", 1e6},
                  {"beta_fast", 32},
                  {"beta_slow", 1},
                  {"attention_factor", 1.1},
                  {"mscale", 1.0},
                  {"mscale_all_dim", 1.0},
                  {"truncate", true},
                  {"partial_rotary_factor", 1.0}};
  return {{"model_type", type},
          {"architectures",
           {std::string(type) == "llama" ? "LlamaForCausalLM"
            : type[4] == '2'             ? "Qwen2ForCausalLM"
                                         : "Qwen3ForCausalLM"}},
          {"vocab_size", 256},
          {"hidden_size", 64},
          {"intermediate_size", 96},
          {"num_hidden_layers", 2},
          {"num_attention_heads", 4},
          {"num_key_value_heads", 2},
          {"head_dim", 16},
          {"max_position_embeddings", 256},
          {"hidden_act", "silu"},
          {"rms_norm_eps", 1e-6},
          {"initializer_range", 0.02},
          {"tie_word_embeddings", true},
          {"attention_bias", false},
          {"mlp_bias", false},
          {"rope_theta", 1e6},
          {"rope_scaling", rope},
          {"rope_parameters", rope},
          {"use_sliding_window", true},
          {"sliding_window", 8},
          {"max_window_layers", 1},
          {"layer_types", {"full_attention", "sliding_attention"}},
          {"torch_dtype", "float16"},
          {"dtype", "float16"},
          {"bos_token_id", 1},
          {"eos_token_id", {2, 3}},
          {"pad_token_id", 0}};
}

std::string why(const json& words) {
  return refusal([&] { parse_config(words.dump(), "/some/config.json"); });
}

json changed(json words, const std::string& pointer, const json& value) {
  words[json::json_pointer(pointer)] = value;
  return words;
}

json without(json words, const std::string& key) {
  words.erase(key);
  return words;
}

struct Wrong {
  std::string pointer;
  json value;
};

const json kStrange[] = {
    json::array({json::array()}), json::object({{"a", 1}}), "strange", 1e300, -7.5,
    json::array({"x", 2})};

TEST(ConfigRefusal, TheWholeIsFineAsItStands) {
  for (const char* type : {"qwen2", "qwen3", "llama"})
    EXPECT_NO_THROW(parse_config(full(type).dump(), "config.json"));
}

TEST(ConfigRefusal, EveryFieldOfAWrongTypeIsNamed) {
  const json words = full("qwen3");
  for (const auto& [key, right] : words.items()) {
    if (key == "mlp_bias" || key == "max_window_layers")
      continue;  // a Qwen3 has none; layer_types go first
    for (const json& value : kStrange) {
      if (right.is_object() && value.is_object()) continue;
      const std::string message = why(changed(words, "/" + key, value));
      EXPECT_TRUE(contains(message, key)) << value;
      EXPECT_TRUE(contains(message, "/some/config.json: ")) << value;
    }
  }
  for (const json& value : kStrange) {
    EXPECT_TRUE(contains(why(changed(full("llama"), "/mlp_bias", value)), "mlp_bias"));
    EXPECT_TRUE(contains(why(without(changed(words, "/max_window_layers", value), "layer_types")),
                         "max_window_layers"));
  }
}

TEST(ConfigRefusal, EveryFieldOfTheRopeOfAWrongTypeIsNamed) {
  for (const char* dialect : {"rope_scaling", "rope_parameters"}) {
    const json words = without(
        full("llama"), dialect == std::string("rope_scaling") ? "rope_parameters" : "rope_scaling");
    for (const auto& [key, right] : words[dialect].items())
      for (const json& value : kStrange) {
        const std::string message =
            why(changed(words, std::string("/") + dialect + "/" + key, value));
        EXPECT_TRUE(contains(message, std::string(dialect) + "." + key)) << value;
      }
  }
}

TEST(ConfigRefusal, WhatIsNeededAndMissingIsNamed) {
  for (const char* key : {"model_type", "vocab_size", "hidden_size", "intermediate_size",
                          "num_hidden_layers", "num_attention_heads"})
    EXPECT_TRUE(contains(why(without(full("qwen2"), key)),
                         std::string("config.json: ") + key + " is missing, expected "));
}

TEST(ConfigRefusal, ValuesOutOfRangeAreShown) {
  const Wrong wrong[] = {{"/vocab_size", 0},
                         {"/vocab_size", -1},
                         {"/vocab_size", uint64_t(1) << 63},
                         {"/vocab_size", ~uint64_t(0)},
                         {"/vocab_size", int64_t(1) << 40},
                         {"/hidden_size", int64_t(1) << 31},
                         {"/num_hidden_layers", 1 << 20},
                         {"/num_attention_heads", 0},
                         {"/num_key_value_heads", 0},
                         {"/head_dim", 0},
                         {"/intermediate_size", 0},
                         {"/max_position_embeddings", 0},
                         {"/sliding_window", 0},
                         {"/rms_norm_eps", 0},
                         {"/bos_token_id", 256},
                         {"/pad_token_id", -2},
                         {"/rope_theta", 0},
                         {"/vocab_size", 256.0},
                         {"/rope_scaling/factor", 0.5},
                         {"/rope_scaling/original_max_position_embeddings", 0}};
  for (const auto& [pointer, value] : wrong) {
    const std::string message = why(changed(full("qwen2"), pointer, value));
    EXPECT_TRUE(contains(
        message, pointer.substr(pointer.rfind('/') + 1) + " is " + value.dump() + ", expected "))
        << pointer;
  }
}

TEST(ConfigRefusal, Contradictions) {
  const auto says = [](const char* type, const std::string& pointer, const json& value,
                       const std::string& expected) {
    EXPECT_TRUE(contains(why(changed(full(type), pointer, value)), expected));
  };
  says("qwen2", "/num_key_value_heads", 3,
       "num_attention_heads is 4, expected a multiple of num_key_value_heads, which is 3");
  says("llama", "/hidden_size", 66,
       "hidden_size is 66, expected a multiple of num_attention_heads, which is 4");
  says("qwen3", "/head_dim", 15, "the size of a head is 15, expected an even number up to 4096");
  says("qwen2", "/dtype", "bfloat16", "dtype is \"bfloat16\", expected the same as torch_dtype");
  says("qwen2", "/rope_theta", 1e5,
       "rope_scaling.rope_theta is 1000000.0, expected the same as rope_theta outside");
  says("qwen2", "/rope_parameters/factor", 2,
       "rope_scaling and rope_parameters say different things");
  says("qwen2", "/use_sliding_window", false,
       "layer_types is [\"full_attention\",\"sliding_attention\"], expected no");
  says("qwen2", "/layer_types", {"full_attention"},
       "layer_types is [\"full_attention\"], expected");
  says("qwen2", "/rope_scaling/beta_slow", 33,
       "rope_scaling.beta_fast is 32, expected at least beta_slow");
  const json llama3{
      {"rope_type", "llama3"}, {"factor", 8}, {"low_freq_factor", 4}, {"high_freq_factor", 4}};
  says("llama", "/rope_scaling", llama3,
       "rope_scaling.high_freq_factor is 4, expected more than low_freq_factor");
}

TEST(ConfigRefusal, WhatIsNotSupported) {
  const auto says = [](const std::string& pointer, const json& value, const std::string& expected) {
    EXPECT_TRUE(contains(why(changed(full("qwen2"), pointer, value)), expected));
  };
  says("/model_type", "mistral",
       "model_type is \"mistral\", expected \"qwen2\", \"qwen3\" or \"llama\"");
  says("/architectures", {"Qwen2ForSequenceClassification"},
       "architectures is [\"Qwen2ForSequenceClassification\"], expected [\"Qwen2ForCausalLM\"]");
  says("/hidden_act", "gelu", "hidden_act is \"gelu\", expected \"silu\"");
  says("/quantization_config", {{"bits", 4}},
       "quantization_config is an object, expected none: it is not supported");
  says("/rope_scaling/rope_type", "dynamic",
       "rope_scaling.rope_type is \"dynamic\", expected \"default\", \"linear\", \"llama3\" or "
       "\"yarn\"");
  says("/rope_scaling/mrope_section", {16, 24, 24},
       "rope_scaling.mrope_section is [16,24,24], expected numbers and words only");
  says("/partial_rotary_factor", 0.5, "partial_rotary_factor is 0.5, expected 1");
  says("/torch_dtype", "float64",
       "torch_dtype is \"float64\", expected \"float32\", \"float16\" or \"bfloat16\"");
}

TEST(ConfigRefusal, WhatIsNoConfigurationAtAll) {
  const auto says = [](const std::string& text, const std::string& expected) {
    EXPECT_TRUE(contains(refusal([&] { parse_config(text, "config.json"); }), expected));
  };
  says("", "config.json is not JSON: ");
  says("{\"vocab_size\": 1e999}", "config.json is not JSON: ");
  says("\xff\xfe", "config.json is not JSON: ");
  says("[]", "config.json is [], expected an object");
  says(std::string(1 << 20, '['), "config.json: nested deeper than 64 levels");
  says("{\"model_type\": \"qwen2\", \"model_type\": \"llama\"}",
       "the key \"model_type\" stands twice in one object");
}

TEST(ConfigRefusal, TheGenerationConfigIsNamedWhereItIsWrong) {
  const gpu::TemporaryFolder folder;
  write_file_atomically(folder.path() / "config.json", full("qwen2").dump());
  const auto says = [&](const std::string& text, const std::string& expected) {
    write_file_atomically(folder.path() / "generation_config.json", text);
    EXPECT_TRUE(contains(refusal([&] { read_config(folder.path()); }), expected));
  };
  says("{", "generation_config.json is not JSON: ");
  says("{\"eos_token_id\": [1, 256]}",
       "generation_config.json: eos_token_id is 256, expected an integer from 0 to 255");
  says("{\"eos_token_id\": \"</s>\"}",
       "generation_config.json: eos_token_id is \"</s>\", expected an integer");
}

TEST(ConfigRefusal, AFolderWithoutOne) {
  EXPECT_TRUE(
      contains(refusal([] { read_config("/nowhere/at/all"); }), "/nowhere/at/all/config.json"));
}

}  // namespace
}  // namespace cudal1::model
