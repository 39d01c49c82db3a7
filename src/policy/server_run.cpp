#include "policy/server_run.h"

#include <algorithm>

#include "cudal1/core/error.h"
#include "cudal1/core/log.h"
#include "policy/server_key.h"
#include "policy/server_messages.h"

namespace cudal1::policy {
namespace {

constexpr std::chrono::milliseconds kLook{50};  // for a stop, and for what is due

bool is_redirect(long status) { return status >= 300 && status <= 399; }
bool refuses_form(long status) { return status == 400 || status == 422; }

std::string said(const HttpResponse& response) {
  return "HTTP " + std::to_string(response.status) + ": " + refusal_in(response.body);
}

const char* advice_for(long status) {
  if (status == 401 || status == 403)
    return "Is the key in the environment variable that --server-key-variable names?";
  if (status == 404)
    return "Does the URL end before /chat/completions, and is --model a name that the server "
           "knows?";
  return "The server's own log may say more.";
}

}  // namespace

ServerRun::ServerRun(const ServerOptions& options, const std::string& key,
                     std::span<const Question> questions, const OnText& on_text)
    : options_(options),
      key_(key),
      questions_(questions),
      on_text_(on_text),
      backoff_(options.first_delay),
      transfers_({options.timeout, options.max_response_bytes}) {
  for (size_t i = 0; i < questions.size(); ++i) {
    const Request whole{i, 0, questions[i].seeds.size()};
    answers_.emplace_back(whole.count, Completion{.finish_reason = "interrupted"});
    if (options.requests == Requests::kApart)
      ask_apart(whole, 0);
    else if (whole.count > 0)
      waiting_.push_back(whole);
  }
}

std::vector<std::vector<Completion>> ServerRun::run(std::stop_token stop) {
  while (!stop.stop_requested() && !(waiting_.empty() && under_way_.empty())) {
    start_what_is_due();
    for (auto& [id, response] : transfers_.wait(kLook)) {
      const Request request = under_way_.extract(id).mapped();
      take(request, std::move(response));
    }
  }
  return std::move(answers_);
}

void ServerRun::start_what_is_due() {
  const auto now = Clock::now();
  for (auto at = waiting_.begin();
       at != waiting_.end() && under_way_.size() < options_.most_requests;) {
    if (at->not_before > now) {
      ++at;
      continue;
    }
    start(*at);
    at = waiting_.erase(at);
  }
}

void ServerRun::start(const Request& request) {
  const Question& question = questions_[request.question];
  const auto seeds = std::span(question.seeds).subspan(request.first, request.count);
  transfers_.start(next_id_, {options_.url + path_of(question), key_,
                              request_body(options_.model, question, seeds)});
  under_way_.emplace(next_id_++, request);
}

void ServerRun::take(Request request, HttpResponse response) {
  if (response.transport == Transport::kFailed)
    return try_again(request, response.trouble, response.retry_after);
  if (response.transport != Transport::kDone) give_up(response);
  if (response.status >= 200 && response.status <= 299) return take_answer(request, response.body);
  if (is_passing(response.status)) return try_again(request, said(response), response.retry_after);
  // Perhaps it does not take "n".
  if (refuses_form(response.status) && request.count > 1) return ask_apart(request, 0);
  give_up(response);
}

void ServerRun::take_answer(const Request& request, const std::string& body) {
  std::vector<Completion> completions;
  try {
    completions = completions_in(body);
  } catch (const DataError& error) {
    return try_again(request, error.what(), {});
  }
  const size_t count = std::min(completions.size(), request.count);
  for (size_t i = 0; i < count; ++i) {
    Completion& answer = answers_[request.question][request.first + i];
    answer = std::move(completions[i]);
    if (on_text_) on_text_(request.question, request.first + i, answer.text);
  }
  ask_apart(request, count);
}

void ServerRun::ask_apart(const Request& request, size_t from) {
  for (size_t i = from; i < request.count; ++i)
    waiting_.push_back({request.question, request.first + i, 1});
}

void ServerRun::try_again(Request request, const std::string& why, std::chrono::seconds asked_for) {
  const std::string shown = quotable(why, key_);
  if (++request.failures > options_.retries)
    throw EnvironmentError("the server at " + options_.url + " failed " +
                               std::to_string(request.failures) +
                               " times in a row, last with: " + shown,
                           "Is it running and is this its URL?");
  const auto delay = backoff_.delay(request.failures, asked_for);
  log::warning("the server failed, another attempt in " + std::to_string(delay.count()) +
               " ms: " + shown);
  request.not_before = Clock::now() + delay;
  waiting_.push_back(request);
}

void ServerRun::give_up(const HttpResponse& response) const {
  const std::string server = "the server at " + options_.url;
  if (response.transport == Transport::kTooLarge)
    throw EnvironmentError(server + " sends more than the " +
                               std::to_string(options_.max_response_bytes >> 20) +
                               " MiB that are taken",
                           "Ask for fewer or shorter answers at a time.");
  if (response.transport != Transport::kDone)
    throw EnvironmentError(server + " cannot be talked to: " + quotable(response.trouble, key_),
                           "Is its URL right, and its certificate one that this machine trusts?");
  if (is_redirect(response.status))
    throw EnvironmentError(
        server + " redirects to " + quotable(response.location, key_),
        "Redirects are not followed. Give that URL, if you trust it with your key.");
  throw EnvironmentError(server + " refuses: " + quotable(said(response), key_),
                         advice_for(response.status));
}

}  // namespace cudal1::policy
