#include "policy/server_address.h"

#include <algorithm>

#include "cudal1/core/error.h"
#include "cudal1/core/visible.h"

namespace cudal1::policy {
namespace {

constexpr const char* kAdvice = "As in http://localhost:8000/v1 or https://api.openai.com/v1.";

// "localhost:8000" of "http://localhost:8000/v1"
std::string authority(const std::string& url) {
  const size_t begin = url.find("://") + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

}  // namespace

std::string server_address(const std::string& url) {
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    throw UsageError("a server's URL begins with http:// or https://, not '" + visible(url) + "'",
                     kAdvice);
  if (authority(url).find('@') != std::string::npos)
    throw UsageError("a server's URL must not hold a name or password",
                     "Put the key into an environment variable: see --server-key-variable.");
  if (authority(url).empty() ||
      !std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~'; }) ||
      url.find_first_of("?#") != std::string::npos)
    throw UsageError("'" + visible(url) + "' is no server's URL", kAdvice);
  return url.substr(0, url.find_last_not_of('/') + 1);
}

bool is_exposed(const std::string& address) {
  if (!address.starts_with("http://")) return false;
  const std::string place = authority(address);
  const std::string host =
      place.substr(0, place.starts_with("[") ? place.find(']') + 1 : place.find(':'));
  return host != "localhost" && host != "[::1]" && !host.starts_with("127.");
}

}  // namespace cudal1::policy
