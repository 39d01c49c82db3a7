// One request and what has come of it, as libcurl wants them.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "policy/transfers.h"

namespace cudal1::policy {

template <auto close>
struct CloseWith {
  template <typename T>
  void operator()(T* handle) const noexcept {
    close(handle);
  }
};
using EasyHandle = std::unique_ptr<CURL, CloseWith<curl_easy_cleanup>>;
using MultiHandle = std::unique_ptr<CURLM, CloseWith<curl_multi_cleanup>>;
using HeaderList = std::unique_ptr<curl_slist, CloseWith<curl_slist_free_all>>;

// Does not move: libcurl holds its address.
class Transfer {
 public:
  Transfer(size_t id, HttpRequest request, const HttpLimits& limits);
  Transfer(const Transfer&) = delete;
  size_t id() const { return id_; }
  CURL* handle() const { return handle_.get(); }
  HttpResponse finish(CURLcode code);

 private:
  static size_t on_body(char* data, size_t size, size_t count, void* self);
  size_t id_;
  HttpRequest request_;
  size_t max_bytes_;
  bool too_large_ = false;
  std::string body_;
  HeaderList headers_;
  EasyHandle handle_;
};

}  // namespace cudal1::policy
