#include "mismatch.h"

#include <set>

#include "json_text.h"

namespace cudal1::model {
namespace {

constexpr size_t kNamed = 10;

std::string spelled(const std::vector<int64_t>& shape) {
  constexpr size_t kMost = 8;
  std::string text;
  for (size_t i = 0; i < shape.size() && i < kMost; ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return "[" + text + (shape.size() > kMost ? ", …]" : "]");
}

bool is_weight(ElementType type) {
  return type == ElementType::kF32 || type == ElementType::kF16 || type == ElementType::kBF16;
}

struct Differences {
  std::vector<std::string> missing, unknown, misshapen;
};

void compare(const WeightSpec& spec, const TensorView& tensor, Differences& found) {
  const std::string has =
      shown(spec.name) + " " + name_of(tensor.type) + " " + spelled(tensor.shape);
  if (!is_weight(tensor.type))
    found.misshapen.push_back(has + ", expected F32, F16 or BF16");
  else if (tensor.shape != spec.shape)
    found.misshapen.push_back(has + ", expected " + spelled(spec.shape));
}

Differences differences(const std::vector<WeightSpec>& expected,
                        const std::map<std::string, TensorView>& tensors) {
  Differences found;
  std::set<std::string> known;
  for (const WeightSpec& spec : expected) {
    known.insert(spec.name);
    const auto tensor = tensors.find(spec.name);
    if (tensor == tensors.end())
      found.missing.push_back(shown(spec.name));
    else
      compare(spec, tensor->second, found);
  }
  for (const auto& [name, tensor] : tensors)
    if (!known.contains(name)) found.unknown.push_back(shown(name));
  return found;
}

void say(std::string& text, const std::vector<std::string>& names, const std::string& what) {
  if (names.empty()) return;
  text +=
      (text.empty() ? "" : "; ") + std::to_string(names.size()) + " " + what + ": " + listed(names);
}

}  // namespace

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < kNamed; ++i) text += (i ? "; " : "") + names[i];
  if (names.size() > kNamed) text += " and " + std::to_string(names.size() - kNamed) + " more";
  return text;
}

std::string mismatch(const std::vector<WeightSpec>& expected,
                     const std::map<std::string, TensorView>& tensors, const std::string& unknown) {
  const Differences found = differences(expected, tensors);
  std::string text;
  say(text, found.missing, "missing");
  say(text, found.unknown, unknown);
  say(text, found.misshapen, "of another shape or type");
  return text;
}

std::string mismatch(const ModelConfig& config, const std::map<std::string, TensorView>& tensors) {
  const std::string text = mismatch(weights_of(config), tensors, "not of this architecture");
  if (text.empty()) return text;
  return std::string("its tensors are not those of ") + class_name_of(config.family) + ": " + text;
}

}  // namespace cudal1::model
