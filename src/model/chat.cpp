#include "cudal1/model/chat.h"

#include <string_view>

#include "characters.h"
#include "cudal1/core/error.h"

namespace cudal1::model {
namespace {

// How a turn looks: <open>role<between>content<end>.
struct Turn {
  std::string_view open, between, end, after;
  bool trims;  // white space around the content
};

Turn turn_of(ChatTemplate kind) {
  if (kind == ChatTemplate::kLlama3)
    return {"<|start_header_id|>", "<|end_header_id|>\n\n", end_of_turn(kind), "", true};
  return {"<|im_start|>", "\n", end_of_turn(kind), "\n", false};
}

bool has_all(const Tokenizer& tokenizer, std::initializer_list<std::string_view> tokens) {
  for (const std::string_view token : tokens)
    if (!tokenizer.id_of(token)) return false;
  return true;
}

// As Jinja's filter `trim`, which is Python's strip(): it takes four separators for white space
// too.
std::string_view trimmed(std::string_view text) {
  const auto is_separator = [](char c) { return c >= 0x1C && c <= 0x1F; };
  for (;;) {
    const size_t before = text.size();
    text.remove_prefix(spaces_at_begin(text));
    text.remove_suffix(spaces_at_end(text));
    if (!text.empty() && is_separator(text.front())) text.remove_prefix(1);
    if (!text.empty() && is_separator(text.back())) text.remove_suffix(1);
    if (text.size() == before) return text;
  }
}

}  // namespace

ChatTemplate chat_template_of(const Tokenizer& tokenizer) {
  if (has_all(tokenizer, {"<|im_start|>", "<|im_end|>"})) return ChatTemplate::kChatMl;
  if (has_all(tokenizer, {"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"}))
    return ChatTemplate::kLlama3;
  throw DataError(
      "the tokenizer has the tokens of no known chat template: neither <|im_start|> and <|im_end|> "
      "nor <|start_header_id|>, <|end_header_id|> and <|eot_id|>",
      "take the tokenizer of a model that was trained to chat");
}

std::string render(ChatTemplate kind, std::span<const Message> messages, bool opens_answer) {
  const Turn turn = turn_of(kind);
  std::string text;
  const auto open = [&](std::string_view role) {
    text.append(turn.open).append(role).append(turn.between);
  };
  for (const Message& message : messages) {
    open(message.role);
    text.append(turn.trims ? trimmed(message.content) : message.content);
    text.append(turn.end).append(turn.after);
  }
  if (opens_answer) open("assistant");
  return text;
}

const char* end_of_turn(ChatTemplate kind) {
  return kind == ChatTemplate::kLlama3 ? "<|eot_id|>" : "<|im_end|>";
}

}  // namespace cudal1::model
