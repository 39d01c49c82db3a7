#include "cudal1/core/error.h"
#include "cudal1/model/tokenizer.h"
#include "targets.h"

namespace cudal1::fuzz {
namespace {

const model::Tokenizer& known() {
  static const model::Tokenizer tokenizer =
      model::Tokenizer::read(CUDAL1_SOURCE_DIR "/tests/model/tokenizers/qwen.json");
  return tokenizer;
}

void use(const model::Tokenizer& tokenizer, std::string_view text) {
  const auto tokens = tokenizer.encode(text, {.template_tokens = true});
  tokenizer.decode(tokens, true);
  model::TextStream stream(tokenizer);
  for (const model::Token token : tokens) stream.add(token);
  stream.finish();
}

}  // namespace

void tokenizer(std::string_view bytes) {
  try {
    use(model::Tokenizer::parse(bytes, "fuzz.json"),
        "int x = 1;\r\n  // e\xCC\x81 \xFF <|im_end|>aaaaaaaaaaaaaaaa");
  } catch (const Error&) {
  }
  use(known(), bytes);
}

}  // namespace cudal1::fuzz
