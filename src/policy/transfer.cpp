#include "policy/transfer.h"

#include <algorithm>

#include "cudal1/core/error.h"

namespace cudal1::policy {
namespace {

constexpr std::chrono::milliseconds kMostForConnecting{20'000};

HeaderList headers_of(const HttpRequest& request) {
  HeaderList list;
  // An empty Expect: libcurl would wait a second for a server that does not say 100 Continue.
  for (const std::string& line :
       {std::string("Content-Type: application/json"), std::string("Accept: application/json"),
        std::string("Expect:"), "Authorization: Bearer " + request.key}) {
    if (request.key.empty() && line.starts_with("Authorization")) continue;
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (!longer) throw EnvironmentError("libcurl has no memory left");
    list.release();
    list.reset(longer);
  }
  return list;
}

void allow_http_only(CURL* handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS, long(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // a stop waits for no name to be resolved
#endif
}

bool may_pass(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_WEIRD_SERVER_REPLY:
      return true;
    default:
      return false;
  }
}

}  // namespace

Transfer::Transfer(size_t id, HttpRequest request, const HttpLimits& limits)
    : id_(id),
      request_(std::move(request)),
      max_bytes_(limits.max_response_bytes),
      headers_(headers_of(request_)),
      handle_(curl_easy_init()) {
  CURL* handle = handle_.get();
  if (!handle) throw EnvironmentError("libcurl has no memory left");
  curl_easy_setopt(handle, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request_.body.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.data());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "cudal1");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);  // the key goes where the user said, only
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, long(limits.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   long(std::min(limits.timeout, kMostForConnecting).count()));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
  allow_http_only(handle);
}

size_t Transfer::on_body(char* data, size_t size, size_t count, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  const size_t bytes = size * count;
  transfer.too_large_ = bytes > transfer.max_bytes_ - transfer.body_.size();
  if (transfer.too_large_) return 0;  // less than came: libcurl ends the transfer
  transfer.body_.append(data, bytes);
  return bytes;
}

HttpResponse Transfer::finish(CURLcode code) {
  HttpResponse response;
  if (code != CURLE_OK) {
    response.transport = too_large_       ? Transport::kTooLarge
                         : may_pass(code) ? Transport::kFailed
                                          : Transport::kRefused;
    response.trouble = curl_easy_strerror(code);
    return response;
  }
  curl_off_t seconds = 0;
  const char* location = nullptr;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &response.status);
  curl_easy_getinfo(handle(), CURLINFO_RETRY_AFTER, &seconds);
  curl_easy_getinfo(handle(), CURLINFO_REDIRECT_URL, &location);
  response.retry_after = std::chrono::seconds(seconds);
  if (location) response.location = location;
  response.body = std::move(body_);
  return response;
}

}  // namespace cudal1::policy
