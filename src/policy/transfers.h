// Requests over HTTP, many at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace cudal1::policy {

struct HttpRequest {
  std::string url, key, body;
};

enum class Transport {
  kDone,      // there is a status
  kFailed,    // no connection, cut off, too late: may pass
  kTooLarge,  // the answer
  kRefused,   // certificates, names that are none: will not pass
};

struct HttpResponse {
  Transport transport = Transport::kDone;
  std::string trouble;  // why there is no status
  long status = 0;
  std::string body;
  std::string location;  // where a redirect leads, which is never followed
  std::chrono::seconds retry_after{0};
};

struct HttpLimits {
  std::chrono::milliseconds timeout;
  size_t max_response_bytes;
};

class Transfers {
 public:
  struct Finished {
    size_t id;
    HttpResponse response;
  };
  explicit Transfers(const HttpLimits& limits);
  ~Transfers();  // ends at once what is under way
  Transfers(const Transfers&) = delete;

  void start(size_t id, HttpRequest request);
  size_t under_way() const;
  // What has finished: returns when something has, or after `longest`.
  std::vector<Finished> wait(std::chrono::milliseconds longest);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cudal1::policy
