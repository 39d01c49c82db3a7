#include "config_rope.h"

#include <array>
#include <string_view>
#include <utility>

namespace cudal1::model {
namespace {

using Kind = Rope::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 4> kKinds{{{"default", Kind::kDefault},
                                                                   {"linear", Kind::kLinear},
                                                                   {"llama3", Kind::kLlama3},
                                                                   {"yarn", Kind::kYarn}}};
constexpr char kKindsSpelled[] = "\"default\", \"linear\", \"llama3\" or \"yarn\"";

constexpr Numbers kTheta{1.0001, 1e15}, kFactor{1, 1e9}, kFrequency{1e-9, 1e9}, kScale{0, 1e9};
constexpr Integers kPositions{1, (int64_t{1} << 31) - 1};

Kind kind_of(const Fields& rope) {
  const char* key = rope.present("rope_type") ? "rope_type" : "type";
  if (!rope.present(key)) return Kind::kDefault;
  const std::string word = rope.text(key, kKindsSpelled);
  for (const auto& [name, kind] : kKinds)
    if (name == word) return kind;
  rope.refuse(key, kKindsSpelled);
}

// Sections, factors of each dimension, or a rope of its own for each kind of layer: arithmetic that
// is not ours.
void refuse_strange(const Fields& rope) {
  for (const auto& [key, value] : rope.json().items())
    if (value.is_structured()) rope.refuse(key, "numbers and words only, one rope for all layers");
  if (rope.has("partial_rotary_factor") && rope.number("partial_rotary_factor", kScale) != 1)
    rope.refuse("partial_rotary_factor", "1: every dimension turns");
}

void read_llama3(const Fields& rope, Rope& read) {
  read.low_frequency_factor = rope.number("low_freq_factor", kFrequency);
  read.high_frequency_factor = rope.number("high_freq_factor", kFrequency);
  if (read.high_frequency_factor <= read.low_frequency_factor)
    rope.refuse("high_freq_factor", "more than low_freq_factor");
}

// transformers takes null for absence here, and a scale of zero too.
std::optional<double> scale_of(const Fields& rope, const char* key) {
  if (!rope.has(key)) return std::nullopt;
  const double scale = rope.number(key, kScale);
  return scale == 0 ? std::nullopt : std::optional(scale);
}

void read_yarn(const Fields& rope, Rope& read) {
  if (rope.has("beta_fast")) read.beta_fast = rope.number("beta_fast", kFrequency);
  if (rope.has("beta_slow")) read.beta_slow = rope.number("beta_slow", kFrequency);
  if (read.beta_fast < read.beta_slow) rope.refuse("beta_fast", "at least beta_slow");
  if (rope.has("attention_factor"))
    read.attention_factor = rope.number("attention_factor", kFrequency);
  read.mscale = scale_of(rope, "mscale");
  read.mscale_all_dim = scale_of(rope, "mscale_all_dim");
  read.truncate = rope.boolean("truncate", true);
}

double factor_of(const Fields& rope, const Rope& read, int64_t max_positions) {
  const bool implied = read.kind == Kind::kYarn && rope.present("factor") && !rope.has("factor");
  if (!implied) return rope.number("factor", kFactor);
  const double ratio = double(max_positions) / double(read.original_max_positions);
  if (ratio < 1) rope.refuse("original_max_position_embeddings", "at most max_position_embeddings");
  return ratio;
}

Rope read_one(const Fields& rope, std::optional<double> theta, int64_t max_positions) {
  refuse_strange(rope);
  Rope read;
  read.kind = kind_of(rope);
  read.theta = rope.number("rope_theta", kTheta, theta.value_or(read.theta));
  if (theta && *theta != read.theta) rope.refuse("rope_theta", "the same as rope_theta outside");
  if (read.kind == Kind::kLlama3 || read.kind == Kind::kYarn)
    read.original_max_positions =
        rope.integer("original_max_position_embeddings", kPositions, max_positions);
  if (read.kind != Kind::kDefault) read.factor = factor_of(rope, read, max_positions);
  if (read.kind == Kind::kLlama3) read_llama3(rope, read);
  if (read.kind == Kind::kYarn) read_yarn(rope, read);
  return read;
}

}  // namespace

Rope read_rope(const Fields& config, int64_t max_positions) {
  std::optional<double> theta;
  if (config.has("rope_theta")) theta = config.number("rope_theta", kTheta);
  if (config.has("partial_rotary_factor") && config.number("partial_rotary_factor", kScale) != 1)
    config.refuse("partial_rotary_factor", "1: every dimension turns");
  std::optional<Rope> read;
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    if (!config.has(key)) continue;
    const Rope rope = read_one(config.object(key), theta, max_positions);
    if (read && *read != rope)
      config.contradict("rope_scaling and rope_parameters say different things");
    read = rope;
  }
  Rope plain;
  plain.theta = theta.value_or(plain.theta);
  return read.value_or(plain);
}

nlohmann::ordered_json rope_scaling_of(const Rope& rope) {
  if (rope.kind == Kind::kDefault) return nullptr;
  nlohmann::ordered_json words{{"rope_type", kKinds[size_t(rope.kind)].first},
                               {"factor", rope.factor}};
  if (rope.kind == Kind::kLinear) return words;
  words["original_max_position_embeddings"] = rope.original_max_positions;
  if (rope.kind == Kind::kLlama3) {
    words["low_freq_factor"] = rope.low_frequency_factor;
    words["high_freq_factor"] = rope.high_frequency_factor;
    return words;
  }
  words["beta_fast"] = rope.beta_fast;
  words["beta_slow"] = rope.beta_slow;
  if (rope.attention_factor) words["attention_factor"] = *rope.attention_factor;
  if (rope.mscale) words["mscale"] = *rope.mscale;
  if (rope.mscale_all_dim) words["mscale_all_dim"] = *rope.mscale_all_dim;
  if (!rope.truncate) words["truncate"] = false;
  return words;
}

}  // namespace cudal1::model
