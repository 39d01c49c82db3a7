// Where a server is.
#pragma once

#include <string>

namespace cudal1::policy {

// `url` without slashes at its end. UsageError where it is no base of requests, or holds a
// password.
std::string server_address(const std::string& url);
// Does what is sent there leave this machine in the clear?
bool is_exposed(const std::string& address);

}  // namespace cudal1::policy
