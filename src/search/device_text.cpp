#include "device_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace cudal1::search {
namespace {

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Past a comment, a string or a character literal that begins at `at`; `at` where none does.
size_t skip_opaque(std::string_view text, size_t at) {
  const auto end_of = [&](std::string_view mark) {
    const size_t found = text.find(mark, at + 2);
    return found == std::string_view::npos ? text.size() : found + mark.size();
  };
  if (text.substr(at, 2) == "//") {
    const size_t found = text.find('\n', at);
    return found == std::string_view::npos ? text.size() : found;
  }
  if (text.substr(at, 2) == "/*") return end_of("*/");
  if (text[at] != '"' && text[at] != '\'') return at;
  size_t end = at + 1;
  while (end < text.size() && text[end] != text[at]) end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

// 256, 0x100, 256u, 1'024; nothing for names and floating-point numbers.
std::optional<int64_t> integer(std::string text) {
  std::erase(text, '\'');
  while (!text.empty() && std::string_view("uUlL").find(text.back()) != std::string_view::npos)
    text.pop_back();
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] =
      std::from_chars(text.data() + (hex ? 2 : 0), end, value, hex ? 16 : 10);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

DeviceText::DeviceText(std::string_view text) {
  bool line_start = true;
  bool directive = false;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (const size_t after = skip_opaque(text, at); after != at) {
      at = after;
    } else if (c == '\\' && at + 1 < text.size() && text[at + 1] == '\n') {
      at += 2;
    } else if (c == '\n') {
      line_start = true;
      directive = false;
      ++at;
    } else if (std::isspace(static_cast<unsigned char>(c))) {
      ++at;
    } else {
      if (line_start && c == '#') directive = true;
      line_start = false;
      size_t end = at + 1;
      const bool number = std::isdigit(static_cast<unsigned char>(c));
      if (is_name(c))
        while (end < text.size() &&
               (is_name(text[end]) || (number && (text[end] == '.' || text[end] == '\''))))
          ++end;
      words_.push_back({std::string(text.substr(at, end - at)), directive});
      at = end;
    }
  }
  kernels_ = kernels();
}

bool DeviceText::fits_any_block(const std::string& kernel, int64_t threads,
                                const std::string& name) const {
  const std::vector<Range> found = find_kernel(kernel);
  if (found.empty() || uses(name)) return false;
  for (const Range& range : found) {
    if (!contains(range, {"blockDim", ".", "x"})) return false;
    for (const char* index : {"threadIdx", "blockDim"})
      if (contains(range, {index, ".", "y"}) || contains(range, {index, ".", "z"})) return false;
    if (contains(range, {"__launch_bounds__"}) || contains(range, {"__block_size__"})) return false;
    if (has_fixed_shared_array(range)) return false;
    if (has_number_of(range.begin, range.end, threads, name)) return false;
  }
  // What it may call, and the macros and constants it may name; not what other kernels do.
  size_t begin = 0;
  for (const Range& other : kernels_) {
    if (has_number_of(begin, other.begin, threads, name)) return false;
    begin = other.end;
  }
  return !has_number_of(begin, words_.size(), threads, name);
}

bool DeviceText::strides(const std::string& kernel) const {
  const std::vector<Range> found = find_kernel(kernel);
  return !found.empty() && std::ranges::all_of(found, [&](const Range& range) {
    if (contains(range, {"gridDim", ".", "x"})) return true;
    return contains(range, {"+", "=", "blockDim", ".", "x"}) && !numbers_blocks(range);
  });
}

bool DeviceText::uses(const std::string& name) const {
  for (size_t i = 0; i < words_.size(); ++i)
    if (words_[i].text == name && !defines(i)) return true;
  return false;
}

// #define NAME, #ifndef NAME, NAME = (of a variable: an assignment would not compile for a
// constant).
bool DeviceText::defines(size_t word) const {
  if (word + 2 < words_.size() && !words_[word].directive)
    return words_[word + 1].text == "=" && words_[word + 2].text != "=";
  if (word < 2 || words_[word - 2].text != "#") return false;
  const std::string& directive = words_[word - 1].text;
  return directive == "define" || directive == "ifndef" || directive == "ifdef" ||
         directive == "undef";
}

std::vector<DeviceText::Range> DeviceText::find_kernel(const std::string& name) const {
  std::vector<Range> found;
  for (const Range& range : kernels_)
    for (size_t i = range.begin; i + 1 < range.body; ++i)
      if (words_[i].text == name && (words_[i + 1].text == "(" || words_[i + 1].text == "<")) {
        found.push_back(range);
        break;
      }
  return found;
}

std::vector<DeviceText::Range> DeviceText::kernels() const {
  std::vector<Range> result;
  size_t declaration = 0;
  for (size_t i = 0; i < words_.size(); ++i) {
    if (words_[i].directive) continue;
    const std::string& text = words_[i].text;
    if (text == ";" || text == "}" || text == "{") declaration = i + 1;
    if (text != "__global__") continue;
    size_t at = i;
    while (at < words_.size() && words_[at].text != "{" && words_[at].text != ";") ++at;
    if (at < words_.size() && words_[at].text == "{") {
      result.push_back({declaration, at, matching(at) + 1});
      at = matching(at);
    }
    i = at;
    declaration = at + 1;
  }
  return result;
}

bool DeviceText::contains(const Range& range, std::initializer_list<std::string_view> words) const {
  const auto begin = words_.begin() + static_cast<std::ptrdiff_t>(range.begin);
  const auto end = words_.begin() + static_cast<std::ptrdiff_t>(range.end);
  return std::search(begin, end, words.begin(), words.end(),
                     [](const Word& word, std::string_view text) { return word.text == text; }) !=
         end;
}

// blockIdx.x * blockDim.x in any form: the block's place in the grid depends on its size.
bool DeviceText::numbers_blocks(const Range& range) const {
  for (size_t i = range.body; i + 3 < range.end; ++i) {
    if (words_[i].text != "blockDim") continue;
    const std::string& before = words_[i - 1].text;
    const bool cast = before == "(" && is_name(words_[i - 2].text.back());
    if (before == "*" || words_[i + 3].text == "*" || cast) return true;
  }
  return false;
}

// A single variable and an array of one element per possible warp suit every block.
bool DeviceText::has_fixed_shared_array(const Range& range) const {
  for (size_t i = range.begin; i < range.end; ++i) {
    if (words_[i].text != "__shared__") continue;
    bool dynamic = i > range.begin && words_[i - 1].text == "extern";
    for (; i < range.end && words_[i].text != ";"; ++i) {
      dynamic = dynamic || words_[i].text == "extern";
      if (words_[i].text == "[" && !dynamic && words_[i + 1].text != "32") return true;
    }
  }
  return false;
}

// The size itself, its last thread, and the half and double that reductions begin with.
bool DeviceText::has_number_of(size_t begin, size_t end, int64_t threads,
                               const std::string& name) const {
  for (size_t i = begin; i < end; ++i) {
    const bool of_name = (i >= 1 && words_[i - 1].text == name && words_[i].directive) ||
                         (i >= 2 && words_[i - 1].text == "=" && words_[i - 2].text == name);
    if (of_name) continue;
    const auto value = integer(words_[i].text);
    if (!value) continue;
    if (*value == threads || *value == threads - 1 || *value == threads * 2) return true;
    // Half a warp-sized block is what warp shuffles begin with, whatever the block.
    if (*value == threads / 2 && *value > 16) return true;
  }
  return false;
}

size_t DeviceText::matching(size_t open) const {
  int depth = 0;
  for (size_t i = open; i < words_.size(); ++i) {
    if (words_[i].directive) continue;
    if (words_[i].text == "{") ++depth;
    if (words_[i].text == "}" && --depth == 0) return i;
  }
  return words_.empty() ? 0 : words_.size() - 1;
}

}  // namespace cudal1::search
