#include "cudal1/model/chat.h"

#include <gtest/gtest.h>

#include "cudal1/core/error.h"
#include "tokenizer_fixtures.h"

namespace cudal1::model {
namespace {

using nlohmann::json;

TEST(Chat, IsWhatThePublishedTemplatesRender) {
  for (const json& chat : fixture("chats")) {
    std::vector<Message> messages;
    for (const json& message : chat["messages"])
      messages.push_back({message["role"], message["content"]});
    const bool opens = chat["opens_answer"];
    EXPECT_EQ(render(ChatTemplate::kChatMl, messages, opens), chat["chatml"]);
    EXPECT_EQ(render(ChatTemplate::kLlama3, messages, opens), chat["llama3"]);
  }
}

TEST(Chat, IsToldByTheTokens) {
  EXPECT_EQ(chat_template_of(tokenizer_fixture("qwen")), ChatTemplate::kChatMl);
  EXPECT_EQ(chat_template_of(tokenizer_fixture("llama")), ChatTemplate::kLlama3);
  EXPECT_THROW(chat_template_of(Tokenizer::parse(small_tokenizer().dump(), "small")), DataError);
}

TEST(Chat, TurnsAreTokensOfTheirOwn) {
  const Tokenizer qwen = tokenizer_fixture("qwen");
  const std::vector<Message> messages = {{"user", "hi"}};
  const auto tokens = qwen.encode(render(ChatTemplate::kChatMl, messages, false));
  EXPECT_EQ(tokens.front(), qwen.id_of("<|im_start|>"));
  EXPECT_EQ(tokens[tokens.size() - 2], qwen.id_of(end_of_turn(ChatTemplate::kChatMl)));
}

}  // namespace
}  // namespace cudal1::model
