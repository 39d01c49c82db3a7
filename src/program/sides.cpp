#include "program/sides.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "program/lexer.h"

namespace cudal1::program {
namespace {

// Behind at:: and c10::, what the device prelude knows too.
bool is_device_aten_name(std::string_view name) {
  static const std::set<std::string_view> kNames = {
      "Half", "BFloat16", "complex", "Float8_e4m3fn", "Float8_e5m2", "opmath_type", "acc_type"};
  return kNames.count(name) > 0;
}

bool is_host_std_name(std::string_view name) {
  static const std::set<std::string_view> kNames = {
      "vector",        "string",        "map",        "unordered_map", "set",      "unordered_set",
      "function",      "unique_ptr",    "shared_ptr", "thread",        "mutex",    "ostream",
      "istream",       "ofstream",      "ifstream",   "cout",          "cerr",     "cin",
      "stringstream",  "ostringstream", "deque",      "list",          "queue",    "chrono",
      "random_device", "mt19937",       "atomic",     "runtime_error", "optional", "variant",
      "any",           "call_once",     "once_flag"};
  return kNames.count(name) > 0;
}

bool is_host_word(std::string_view word) {
  static const std::set<std::string_view> kWords = {
      "torch",      "pybind11",      "py",     "FILE",     "cudaEvent_t", "IntArrayRef",
      "TensorList", "TensorOptions", "Tensor", "CUDAGuard"};
  return kWords.count(word) > 0 || word.substr(0, 6) == "cublas" || word.substr(0, 5) == "cudnn" ||
         word.substr(0, 4) == "nccl" || word.substr(0, 8) == "cusparse";
}

bool is_host_namespace(std::string_view word) {
  return word == "at" || word == "c10" || word == "std";
}

// `using namespace X`: the device compiler knows CUDA's, the prelude's and the file's own.
bool using_namespace_for_device(const Tokens& tokens, const Item& item) {
  static const std::set<std::string_view> kHost = {"torch", "at", "c10", "pybind11", "py"};
  return item.begin + 2 < item.end && kHost.count(tokens[item.begin + 2].text) == 0;
}

}  // namespace

bool mentions_host(const Tokens& tokens, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (!tokens[i].is_identifier()) continue;
    const std::string_view word = tokens[i].text;
    const bool member = i > begin && (tokens[i - 1].is(".") || tokens[i - 1].is("->"));
    if (is_host_word(word) && !member) return true;
    if (!is_host_namespace(word) || i + 2 >= end || !tokens[i + 1].is("::")) continue;
    const std::string_view name = tokens[i + 2].text;
    if (word == "std" ? is_host_std_name(name) : !is_device_aten_name(name)) return true;
  }
  return false;
}

void decide_sides(const Tokens& tokens, Item* item) {
  const auto host_only = [&] { return mentions_host(tokens, item->begin, item->end); };
  switch (item->kind) {
    case ItemKind::kFunction:
    case ItemKind::kPrototype:
      item->on_device = item->is_global || item->is_device || (item->is_constexpr && !host_only());
      item->on_host = !item->is_global && (!item->is_device || item->is_host);
      return;
    case ItemKind::kVariable: {
      const bool is_const = item->is_constexpr ||
                            std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(item->begin),
                                        tokens.begin() + static_cast<std::ptrdiff_t>(item->name_at),
                                        [](const Token& token) { return token.is("const"); });
      item->on_device = item->is_device || (is_const && !host_only());
      item->on_host = !item->is_device || is_const;
      return;
    }
    case ItemKind::kType:
    case ItemKind::kAlias:
      item->on_device = !host_only();
      item->on_host = true;
      return;
    case ItemKind::kBinding:
      item->on_host = true;
      return;
    case ItemKind::kOther:
      if (tokens[item->begin].is("using") && item->begin + 1 < item->end &&
          tokens[item->begin + 1].is("namespace")) {
        item->on_device = using_namespace_for_device(tokens, *item);
        item->on_host = true;
        return;
      }
      item->on_device = !host_only();
      item->on_host = !item->on_device;
      return;
  }
}

std::string make_device_source(const std::string& source, const Preprocessed& file,
                               const std::vector<Item>& items) {
  std::string text = source;
  std::vector<bool> keep(source.size() + 1, false);
  for (const auto& [begin, end] : file.directives)
    std::fill(keep.begin() + static_cast<std::ptrdiff_t>(begin),
              keep.begin() + static_cast<std::ptrdiff_t>(end), true);
  const auto blank = [&](size_t begin, size_t end, bool directives) {
    for (size_t i = begin; i < end && i < text.size(); ++i) {
      if (text[i] != '\n' && text[i] != '\r' && (directives || !keep[i])) text[i] = ' ';
    }
  };
  for (const IncludeLine& include : file.includes) {
    if (is_host_only_header(include.header)) blank(include.begin, include.end, true);
  }
  for (const DirectiveLine& pragma : file.tune_pragmas) blank(pragma.begin, pragma.end, true);

  std::vector<std::pair<size_t, size_t>> blanked;
  for (const Item& item : items) {
    if (item.on_device) continue;
    size_t end = 0;
    for (size_t i = item.begin; i < item.end; ++i) end = std::max(end, file.tokens[i].end);
    blanked.emplace_back(file.tokens[item.begin].begin, end);
    blank(blanked.back().first, end, false);
  }
  // A macro whose one use makes declarations for both sides: those of the device are written out in
  // its place.
  std::map<size_t, std::string> inserts;
  for (const Item& item : items) {
    if (!item.on_device || !file.tokens[item.begin].from_macro) continue;
    const size_t begin = file.tokens[item.begin].begin;
    const bool lost = std::any_of(blanked.begin(), blanked.end(), [&](const auto& range) {
      return range.first <= begin && begin < range.second;
    });
    if (lost) inserts[begin] += spell(file.tokens, item.begin, item.end) + " ";
  }
  for (auto insert = inserts.rbegin(); insert != inserts.rend(); ++insert)
    text.insert(insert->first, insert->second);
  return text;
}

}  // namespace cudal1::program
