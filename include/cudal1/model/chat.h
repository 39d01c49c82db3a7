// A conversation as the text that chat models were trained on.
#pragma once

#include <span>
#include <string>

#include "cudal1/model/tokenizer.h"

namespace cudal1::model {

struct Message {
  std::string role;  // "system", "user", "assistant"
  std::string content;
};

// kChatMl: <|im_start|>role … <|im_end|>, Qwen. kLlama3: <|start_header_id|>role<|end_header_id|> … <|eot_id|>.
enum class ChatTemplate { kChatMl, kLlama3 };

// By the special tokens that the tokenizer has; DataError where it has neither kind's.
ChatTemplate chat_template_of(const Tokenizer& tokenizer);
// `opens_answer`: ends where the assistant begins to talk. Neither adds a system message of its own.
std::string render(ChatTemplate kind, std::span<const Message> messages, bool opens_answer);
// The token that ends an answer: <|im_end|>, <|eot_id|>.
const char* end_of_turn(ChatTemplate kind);

}  // namespace cudal1::model
