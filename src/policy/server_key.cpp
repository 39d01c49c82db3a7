#include "policy/server_key.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "cudal1/core/error.h"
#include "cudal1/core/shorten.h"
#include "cudal1/core/visible.h"

namespace cudal1::policy {
namespace {

constexpr size_t kQuotedBytes = 600;

bool is_variable(const std::string& name) {
  const auto is_letter = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  return !name.empty() && std::ranges::all_of(name, is_letter);
}

bool is_printable(char c) { return c > ' ' && c <= '~'; }

}  // namespace

std::string key_from(const std::string& variable) {
  if (!is_variable(variable))  // perhaps it is the key itself: not shown
    throw UsageError(
        "what names the environment variable of the server's key is no variable's name",
        "As in --server-key-variable OPENAI_API_KEY; the key itself is never an option.");
  const char* value = std::getenv(variable.c_str());
  std::string key = value ? value : "";
  key.erase(key.find_last_not_of(" \t\r\n") + 1);
  if (!std::ranges::all_of(key, is_printable))
    throw EnvironmentError("the key in " + variable + " holds a character that no key has",
                           "A key is printable ASCII without spaces. Set " + variable + " anew.");
  return key;
}

std::string quotable(std::string text, const std::string& key) {
  if (!key.empty())
    for (size_t at = 0; (at = text.find(key, at)) != std::string::npos;)
      text.replace(at, key.size(), "[key]"), at += 5;
  return visible(shortened(text, kQuotedBytes));
}

}  // namespace cudal1::policy
