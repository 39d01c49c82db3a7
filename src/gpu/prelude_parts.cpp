#include "prelude_parts.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "cudal1/gpu/compiler.h"
#include "local_headers.h"

namespace cudal1::gpu {
namespace {

bool mentions(std::string_view source, std::string_view word) {
  return source.find(word) != std::string_view::npos;
}

template <size_t N>
bool mentions_any(std::string_view source, const std::array<const char*, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return mentions(source, word); });
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

bool mentions_word(std::string_view source, std::string_view word) {
  for (size_t at = 0; (at = source.find(word, at)) != std::string_view::npos; at += word.size()) {
    const size_t end = at + word.size();
    if ((at == 0 || !is_word(source[at - 1])) && (end == source.size() || !is_word(source[end])))
      return true;
  }
  return false;
}

// scalar_t may become at::Half in a name expression only.
std::string everything_mentioned(const CompileRequest& request) {
  std::string text = request.source + text_of(request.headers);
  for (const std::string& name : request.name_expressions) text += "\n" + name;
  for (const auto& [name, value] : request.defines) text += "\n" + value;
  return text;
}

// CCCL declares int64_t as long long under NVRTC; torch on Linux has long, as glibc does.
bool uses_cccl(const std::vector<Include>& includes) {
  constexpr std::array kUsers = {"cuda/", "cub/", "thrust/", "cooperative_groups", "curand", "nv/"};
  return std::any_of(includes.begin(), includes.end(), [&](const Include& include) {
    return std::any_of(kUsers.begin(), kUsers.end(),
                       [&](const char* user) { return include.name.starts_with(user); });
  });
}

}  // namespace

// Raise it when the meaning of a key changes without the text of the prelude changing (the text is
// hashed too).
const int kPreludeVersion = 2;

std::vector<std::string> prelude_parts(const CompileRequest& request,
                                       const std::vector<Include>& includes) {
  const std::string source = everything_mentioned(request);
  constexpr std::array kHalf = {"half", "cuda_fp16"};
  constexpr std::array kBFloat16 = {"bfloat16", "cuda_bf16"};
  constexpr std::array kTorch = {"at::", "c10::", "torch::", "gpuAtomic", "TensorAccessor"};
  const bool torch_half = mentions_word(source, "Half"),
             torch_bfloat16 = mentions_word(source, "BFloat16");
  const bool half = torch_half || mentions_any(source, kHalf);
  const bool bfloat16 = torch_bfloat16 || mentions_any(source, kBFloat16);
  const bool torch_floats = torch_half || torch_bfloat16;
  const bool torch = torch_floats || mentions_any(source, kTorch);
  const bool accessor = mentions(source, "TensorAccessor");
  const bool standard = torch || mentions(source, "std::") || mentions(source, "namespace std");
  std::vector<std::string> parts;
  const auto add = [&](bool wanted, const char* part) {
    if (wanted) parts.push_back(std::string("CUDAL1_PRELUDE_") + part + "=1");
  };
  add(standard, "STD");
  add(torch, "TORCH");
  add(torch_floats, "TORCH_FLOATS");
  add(half, "HALF");
  add(bfloat16, "BFLOAT16");
  add(accessor, "ACCESSOR");
  add(uses_cccl(includes), "CCCL");
  return parts;
}

}  // namespace cudal1::gpu
