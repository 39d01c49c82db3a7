#include "cudal1/policy/server_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "asking.h"
#include "cudal1/core/error.h"
#include "cudal1/core/log.h"
#include "test_server.h"

namespace cudal1::policy {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr const char* kVariable = "CUDAL1_TEST_SERVER_KEY";
constexpr const char* kKey = "sk-secret-0123456789abcdef";

class ServerPolicyTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("no_proxy", "127.0.0.1", 1);
    setenv(kVariable, kKey, 1);
    log::set_level(log::Level::kError);
  }
  void TearDown() override { unsetenv(kVariable); }

  static ServerOptions options(const std::string& url) {
    ServerOptions options;
    options.url = url;
    options.model = "coder";
    options.key_variable = kVariable;
    options.first_delay = 2ms;
    options.timeout = 10s;
    return options;
  }
  static std::vector<std::vector<Completion>> ask(const ServerOptions& options,
                                                  const std::vector<Question>& questions,
                                                  std::stop_token stop = {}) {
    return ServerPolicy(options).complete(questions, {}, stop);
  }
  // What the run ends with.
  static std::string failure(const ServerOptions& options, const Question& one) {
    try {
      ask(options, {one});
    } catch (const EnvironmentError& error) {
      return std::string(error.what()) + "\n" + error.advice();
    }
    ADD_FAILURE() << "no EnvironmentError";
    return {};
  }
};

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

TEST_F(ServerPolicyTest, AsksAsOpenAiHasIt) {
  TestRequest seen;
  TestServer server([&](const TestRequest& request) {
    seen = request;
    return http(200, chat_answer({"int x;"}).dump());
  });
  Question one = question("write \xff code");  // no UTF-8: replaced
  one.sampling.temperature = 0.5;
  one.sampling.top_p = 0.9;
  one.sampling.max_tokens = 77;
  one.sampling.stop = {"END"};
  const auto answers = ask(options(server.url() + "/"), {one});
  EXPECT_TRUE(seen.head.starts_with("POST /v1/chat/completions HTTP/1.1")) << seen.head;
  EXPECT_NE(seen.head.find(std::string("Authorization: Bearer ") + kKey), std::string::npos);
  EXPECT_EQ(seen.json(),
            (nlohmann::json{{"model", "coder"},
                            {"messages", {{{"role", "user"}, {"content", "write � code"}}}},
                            {"temperature", 0.5},
                            {"top_p", 0.9},
                            {"max_tokens", 77},
                            {"stop", {"END"}},
                            {"logprobs", true},
                            {"seed", 1}}));
  EXPECT_EQ(answers[0][0].text, "int x;");
  EXPECT_EQ(answers[0][0].finish_reason, "stop");
  EXPECT_EQ(answers[0][0].logprobs, std::vector<float>{-0.5f});
  EXPECT_TRUE(answers[0][0].tokens.empty());
}

TEST_F(ServerPolicyTest, GoesOnWithATextWithoutChat) {
  TestRequest seen;
  TestServer server([&](const TestRequest& request) {
    seen = request;
    return http(200, R"({"choices": [{"text": " b", "finish_reason": "length",
                         "logprobs": {"token_logprobs": [-1, -2.5]}}]})");
  });
  Question one = question("a");
  one.chat = false;
  one.sampling.top_k = 7;
  const auto answers = ask(options(server.url()), {one});
  EXPECT_TRUE(seen.head.starts_with("POST /v1/completions ")) << seen.head;
  EXPECT_EQ(seen.json()["prompt"], "a");
  EXPECT_EQ(seen.json()["top_k"], 7);
  EXPECT_EQ(answers[0][0].text, " b");
  EXPECT_EQ(answers[0][0].finish_reason, "length");
  EXPECT_EQ(answers[0][0].logprobs, (std::vector<float>{-1, -2.5f}));
}

TEST_F(ServerPolicyTest, WithoutAKeyNoneIsSent) {
  unsetenv(kVariable);
  std::string head;
  TestServer server([&](const TestRequest& request) {
    head = request.head;
    return http(200, chat_answer({"a"}).dump());
  });
  ask(options(server.url()), {question("q")});
  EXPECT_EQ(head.find("Authorization"), std::string::npos) << head;
}

TEST_F(ServerPolicyTest, AnswersOfOneQuestionComeTogetherInTheirOrder) {
  TestServer server([](const TestRequest& request) {
    EXPECT_EQ(request.json()["n"], 3);
    EXPECT_FALSE(request.json().contains("seed"));
    nlohmann::json answer = chat_answer({"a", "b", "c"});
    std::reverse(answer["choices"].begin(), answer["choices"].end());
    return http(200, answer.dump());
  });
  const auto answers = ask(options(server.url()), {question("q", 3)});
  EXPECT_EQ(answers[0][0].text + answers[0][1].text + answers[0][2].text, "abc");
  EXPECT_EQ(server.requests(), 1u);
}

TEST_F(ServerPolicyTest, AServerThatGivesOneAnswerIsAskedAgain) {
  TestServer server([](const TestRequest& request) {
    return http(200, chat_answer({std::to_string(request.json().value("seed", 0))}).dump());
  });
  const auto answers = ask(options(server.url()), {question("q", 3)});
  EXPECT_EQ(answers[0][0].text + answers[0][1].text + answers[0][2].text, "023");
  EXPECT_EQ(server.requests(), 3u);
}

TEST_F(ServerPolicyTest, AServerThatRefusesSeveralIsAskedForEach) {
  TestServer server([](const TestRequest& request) {
    if (request.json().contains("n")) return http(400, R"({"error": "n must be 1"})");
    return http(200, chat_answer({request.json()["seed"].dump()}).dump());
  });
  const auto answers = ask(options(server.url()), {question("q", 2)});
  EXPECT_EQ(answers[0][0].text + answers[0][1].text, "12");
}

TEST_F(ServerPolicyTest, ApartEachAnswerHasItsSeed) {
  TestServer server([](const TestRequest& request) {
    EXPECT_FALSE(request.json().contains("n"));
    return http(200, chat_answer({request.json()["seed"].dump()}).dump());
  });
  ServerOptions apart = options(server.url());
  apart.requests = Requests::kApart;
  const auto answers = ask(apart, {question("q", 3)});
  EXPECT_EQ(answers[0][0].text + answers[0][1].text + answers[0][2].text, "123");
}

TEST_F(ServerPolicyTest, ManyQuestionsKeepTheirOrderAndTheBound) {
  TestServer server([](const TestRequest& request) {
    const std::string text = request.json()["messages"][0]["content"];
    std::this_thread::sleep_for(std::chrono::milliseconds(text == "0" ? 100 : 10));
    return http(200, chat_answer({"re: " + text}).dump());
  });
  ServerOptions bounded = options(server.url());
  bounded.most_requests = 3;
  std::vector<Question> questions;
  for (int i = 0; i < 20; ++i) questions.push_back(question(std::to_string(i)));
  std::set<size_t> told;
  const auto answers =
      ServerPolicy(bounded).complete(questions,
                                     [&](size_t i, size_t k, const std::string& text) {
                                       EXPECT_EQ(k, 0u);
                                       EXPECT_EQ(text, "re: " + std::to_string(i));
                                       told.insert(i);
                                     },
                                     {});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(answers[i][0].text, "re: " + std::to_string(i));
  EXPECT_EQ(told.size(), 20u);
  EXPECT_EQ(server.most_at_once(), 3u);
}

TEST_F(ServerPolicyTest, WaitsAsLongAsTheServerAsks) {
  TestServer server([](const TestRequest& request) {
    return request.number == 0
               ? http(429, R"({"error": {"message": "slowly"}})", "Retry-After: 1\r\n")
               : http(200, chat_answer({"a"}).dump());
  });
  const auto begin = Clock::now();
  EXPECT_EQ(ask(options(server.url()), {question("q")})[0][0].text, "a");
  EXPECT_GE(seconds_since(begin), 1.0);
  EXPECT_EQ(server.requests(), 2u);
}

TEST_F(ServerPolicyTest, PassingFailuresAreTriedAgain) {
  for (const int status : {408, 409, 429, 500, 502, 503, 529}) {
    TestServer server([&](const TestRequest& request) {
      return request.number < 2 ? http(status, "busy") : http(200, chat_answer({"a"}).dump());
    });
    EXPECT_EQ(ask(options(server.url()), {question("q")})[0][0].text, "a") << status;
    EXPECT_EQ(server.requests(), 3u) << status;
  }
}

TEST_F(ServerPolicyTest, GivesUpAfterAllRetries) {
  TestServer server([](const TestRequest&) { return http(503, "<h1>no upstream</h1>"); });
  const std::string text = failure(options(server.url()), question("q"));
  EXPECT_NE(text.find("failed 6 times in a row, last with: HTTP 503: <h1>no upstream</h1>"),
            std::string::npos)
      << text;
  EXPECT_EQ(server.requests(), 6u);
}

TEST_F(ServerPolicyTest, NobodyThere) {
  std::string url;
  {
    url = TestServer([](const TestRequest&) { return std::string(); }).url();
  }
  EXPECT_NE(failure(options(url), question("q")).find("failed 6 times"), std::string::npos);
}

TEST_F(ServerPolicyTest, ConnectionsThatBreakAreTriedAgain) {
  TestServer server([](const TestRequest& request) {
    const std::string whole = http(200, chat_answer({"a"}).dump());
    return request.number == 0   ? std::string()
           : request.number == 1 ? whole.substr(0, whole.size() - 5)
                                 : whole;
  });
  EXPECT_EQ(ask(options(server.url()), {question("q")})[0][0].text, "a");
  EXPECT_EQ(server.requests(), 3u);
}

TEST_F(ServerPolicyTest, ALateAnswerIsTriedAgain) {
  TestServer server([](const TestRequest& request) {
    if (request.number == 0) std::this_thread::sleep_for(600ms);
    return http(200, chat_answer({"a"}).dump());
  });
  ServerOptions hasty = options(server.url());
  hasty.timeout = 200ms;
  EXPECT_EQ(ask(hasty, {question("q")})[0][0].text, "a");
  EXPECT_EQ(server.requests(), 2u);
}

TEST_F(ServerPolicyTest, AnswersThatAreNoneAreTriedAgain) {
  const std::vector<std::string> wrong = {
      "no JSON",
      "",
      "[]",
      "{}",
      R"({"choices": []})",
      R"({"choices": [{}]})",
      R"({"choices": [7]})",
      R"({"choices": [{"message": {}}]})",
      R"({"choices": [{"message": {"content": 7}}]})",
      R"({"choices": [{"text": "a", "logprobs": {"token_logprobs": ["x"]}}]})",
      "{\"choices\": [{\"text\": \"\xff\"}]}",
      std::string(100'000, '['),
  };
  for (const std::string& body : wrong) {
    TestServer server([&](const TestRequest& request) {
      return http(200, request.number == 0 ? body : chat_answer({"a"}).dump());
    });
    EXPECT_EQ(ask(options(server.url()), {question("q")})[0][0].text, "a") << body.substr(0, 80);
    EXPECT_EQ(server.requests(), 2u) << body.substr(0, 80);
  }
}

TEST_F(ServerPolicyTest, AnswersThatAreNoneEndTheRunAtLast) {
  TestServer server([](const TestRequest&) { return http(200, R"({"choice": []})"); });
  const std::string text = failure(options(server.url()), question("q"));
  EXPECT_NE(text.find("choices"), std::string::npos) << text;
  EXPECT_EQ(server.requests(), 6u);
}

TEST_F(ServerPolicyTest, AnAnswerThatIsTooLargeEndsTheRun) {
  const std::string large = chat_answer({std::string(65u << 20, 'a')}).dump();
  TestServer server([&](const TestRequest&) { return http(200, large); });
  const std::string text = failure(options(server.url()), question("q"));
  EXPECT_NE(text.find("more than the 64 MiB"), std::string::npos) << text;
  EXPECT_EQ(server.requests(), 1u);
}

TEST_F(ServerPolicyTest, AnAnswerOfNearlyThatSizeIsTaken) {
  const std::string large(60u << 20, 'a');
  TestServer server([&](const TestRequest&) { return http(200, chat_answer({large}).dump()); });
  EXPECT_EQ(ask(options(server.url()), {question("q")})[0][0].text.size(), large.size());
}

TEST_F(ServerPolicyTest, TheKeyIsInNoMessage) {
  for (const int status : {401, 403, 404, 400, 503}) {
    TestServer server([&](const TestRequest&) {
      return http(
          status,
          nlohmann::json{
              {"error", {{"message", std::string("Incorrect key: ") + kKey + "\x1b[31m, " + kKey}}}}
              .dump());
    });
    const std::string text = failure(options(server.url()), question("q"));
    EXPECT_EQ(text.find(kKey), std::string::npos) << text;
    EXPECT_NE(text.find("Incorrect key: [key]\\x1b[31m, [key]"), std::string::npos) << text;
    EXPECT_EQ(server.requests(), status == 503 ? 6u : 1u);
  }
}

TEST_F(ServerPolicyTest, TheKeyIsNotCutIntoAMessage) {
  const std::string page = std::string(590, 'x') + kKey + kKey;
  TestServer server([&](const TestRequest&) { return http(401, page); });
  const std::string text = failure(options(server.url()), question("q"));
  EXPECT_EQ(text.find("sk-"), std::string::npos) << text;
  EXPECT_LT(text.size(), 1000u);
}

TEST_F(ServerPolicyTest, FollowsNoRedirect) {
  TestServer other([](const TestRequest&) { return http(200, chat_answer({"a"}).dump()); });
  TestServer server([&](const TestRequest&) {
    return http(307, "", "Location: " + other.url() + "/chat/completions\r\n");
  });
  const std::string text = failure(options(server.url()), question("q"));
  EXPECT_NE(text.find("redirects to " + other.url()), std::string::npos) << text;
  EXPECT_EQ(other.requests(), 0u);
}

TEST_F(ServerPolicyTest, AStopEndsTheWaiting) {
  std::atomic<bool> over = false;
  TestServer server([&](const TestRequest& request) {
    if (request.json()["messages"][0]["content"] == "slow")
      while (!over) std::this_thread::sleep_for(5ms);
    return http(200, chat_answer({"a"}).dump());
  });
  std::stop_source stop;
  Clock::time_point stopped;
  std::thread stopper([&] {
    std::this_thread::sleep_for(300ms);
    stopped = Clock::now();
    stop.request_stop();
  });
  const auto answers =
      ask(options(server.url()), {question("fast"), question("slow", 2)}, stop.get_token());
  const auto returned = Clock::now();
  stopper.join();
  over = true;
  EXPECT_LT(std::chrono::duration<double>(returned - stopped).count(), 0.2);
  EXPECT_EQ(answers[0][0].text, "a");
  ASSERT_EQ(answers[1].size(), 2u);
  EXPECT_EQ(answers[1][1].finish_reason, "interrupted");
}

TEST_F(ServerPolicyTest, AStopEndsTheWaitingForARetry) {
  TestServer server([](const TestRequest&) { return http(429, "", "Retry-After: 100\r\n"); });
  std::stop_source stop;
  std::thread stopper([&] {
    std::this_thread::sleep_for(200ms);
    stop.request_stop();
  });
  const auto begin = Clock::now();
  const auto answers = ask(options(server.url()), {question("q")}, stop.get_token());
  stopper.join();
  EXPECT_LT(seconds_since(begin), 0.4);
  EXPECT_EQ(answers[0][0].finish_reason, "interrupted");
}

TEST_F(ServerPolicyTest, RefusesWhatIsNoServer) {
  for (const char* url :
       {"", "localhost:8000", "ftp://host/v1", "http://", "http://user:pw@host/v1",
        "http://host/v1?x=1", "http://host/a b", "file:///etc/passwd"})
    EXPECT_THROW(ServerPolicy(options(url)), UsageError) << url;
}

TEST_F(ServerPolicyTest, RefusesAKeyThatWouldBeMoreThanAKey) {
  setenv(kVariable, "secret\r\nX-Other: 1", 1);
  try {
    ServerPolicy policy(options("http://localhost/v1"));
    FAIL() << "accepted";
  } catch (const EnvironmentError& error) {
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
  }
}

TEST_F(ServerPolicyTest, RefusesAKeyInPlaceOfItsVariable) {
  ServerOptions wrong = options("http://localhost/v1");
  wrong.key_variable = "sk-1234";
  try {
    ServerPolicy policy(wrong);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string(error.what()).find("1234"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace cudal1::policy
