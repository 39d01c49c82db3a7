// The requests of one complete(): begun, begun again after failures, taken apart where a server
// gives fewer answers than were wanted.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "cudal1/policy/server_policy.h"
#include "policy/retry.h"
#include "policy/transfers.h"

namespace cudal1::policy {

class ServerRun {
 public:
  ServerRun(const ServerOptions& options, const std::string& key,
            std::span<const Question> questions, const OnText& on_text);
  std::vector<std::vector<Completion>> run(std::stop_token stop);

 private:
  using Clock = std::chrono::steady_clock;
  // For `count` answers of one question, from number `first` on.
  struct Request {
    size_t question, first, count;
    int failures = 0;
    Clock::time_point not_before = {};
  };

  void start_what_is_due();
  void start(const Request& request);
  void take(Request request, HttpResponse response);
  void take_answer(const Request& request, const std::string& body);
  void ask_apart(const Request& request, size_t from);
  void try_again(Request request, const std::string& why, std::chrono::seconds asked_for);
  [[noreturn]] void give_up(const HttpResponse& response) const;

  const ServerOptions& options_;
  const std::string& key_;
  std::span<const Question> questions_;
  const OnText& on_text_;
  std::vector<std::vector<Completion>> answers_;
  std::deque<Request> waiting_;
  std::map<size_t, Request> under_way_;
  size_t next_id_ = 0;
  Backoff backoff_;
  Transfers transfers_;
};

}  // namespace cudal1::policy
