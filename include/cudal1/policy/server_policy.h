// A model behind a server that speaks OpenAI's protocol: vLLM, SGLang, llama.cpp, hosted ones.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "cudal1/policy/policy.h"

namespace cudal1::policy {

// kTogether: a question's answers in one request with "n", where the server takes it. Only a single
// answer has a seed then. kApart: a request per answer, each with its seed.
enum class Requests { kTogether, kApart };

struct ServerOptions {
  std::string url;  // up to what precedes /chat/completions: "http://localhost:8000/v1"
  std::string model;
  std::string key_variable = "OPENAI_API_KEY";  // may be unset: local servers ask for no key
  Requests requests = Requests::kTogether;
  size_t most_requests = 8;                    // at a time
  int retries = 5;                             // of one request
  std::chrono::milliseconds timeout{600'000};  // of one request
  std::chrono::milliseconds first_delay{500};  // before the first retry; each next one is doubled
  size_t max_response_bytes = 64u << 20;
};

// The key is read when this is made and goes to the server alone: into no message, no result.
// A server that refuses, or does not answer after all retries, is an EnvironmentError. Texts come
// whole; answers that a stop left out are empty and "interrupted".
class ServerPolicy final : public Policy {
 public:
  explicit ServerPolicy(ServerOptions options);  // UsageError for an URL that is none
  std::string name() const override { return options_.model; }
  std::vector<std::vector<Completion>> complete(std::span<const Question> questions,
                                                const OnText& on_text,
                                                std::stop_token stop) override;

 private:
  ServerOptions options_;
  std::string key_;
};

}  // namespace cudal1::policy
