#include "policy/transfers.h"

#include <map>

#include "cudal1/core/error.h"
#include "policy/transfer.h"

namespace cudal1::policy {
namespace {

void require(CURLMcode code) {
  if (code != CURLM_OK)
    throw EnvironmentError(std::string("libcurl fails: ") + curl_multi_strerror(code));
}

MultiHandle open_multi() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once per process
  MultiHandle multi(ready == CURLE_OK ? curl_multi_init() : nullptr);
  if (!multi) throw EnvironmentError("libcurl cannot be used: it does not initialise");
  return multi;
}

}  // namespace

struct Transfers::Impl {
  HttpLimits limits;
  MultiHandle multi = open_multi();
  std::map<CURL*, std::unique_ptr<Transfer>> transfers;

  Finished take(CURL* handle, CURLcode code) {
    const auto found = transfers.find(handle);
    Finished finished{found->second->id(), found->second->finish(code)};
    curl_multi_remove_handle(multi.get(), handle);
    transfers.erase(found);
    return finished;
  }
};

Transfers::Transfers(const HttpLimits& limits) : impl_(new Impl{limits}) {}

Transfers::~Transfers() {
  for (const auto& [handle, transfer] : impl_->transfers)
    curl_multi_remove_handle(impl_->multi.get(), handle);
}

void Transfers::start(size_t id, HttpRequest request) {
  auto transfer = std::make_unique<Transfer>(id, std::move(request), impl_->limits);
  CURL* handle = transfer->handle();
  require(curl_multi_add_handle(impl_->multi.get(), handle));
  impl_->transfers.emplace(handle, std::move(transfer));
}

size_t Transfers::under_way() const { return impl_->transfers.size(); }

std::vector<Transfers::Finished> Transfers::wait(std::chrono::milliseconds longest) {
  int running = 0, left = 0;
  require(curl_multi_perform(impl_->multi.get(), &running));
  if (size_t(running) == impl_->transfers.size()) {
    require(curl_multi_poll(impl_->multi.get(), nullptr, 0, int(longest.count()), nullptr));
    require(curl_multi_perform(impl_->multi.get(), &running));
  }
  std::vector<Finished> finished;
  while (const CURLMsg* message = curl_multi_info_read(impl_->multi.get(), &left))
    if (message->msg == CURLMSG_DONE)
      finished.push_back(impl_->take(message->easy_handle, message->data.result));
  return finished;
}

}  // namespace cudal1::policy
