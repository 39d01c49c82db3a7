#include "cudal1/model/tokenizer.h"
#include "utf8.h"

namespace cudal1::model {

std::string TextStream::add(Token token) {
  pending_ += tokenizer_.bytes_of(token);
  std::string text;
  size_t at = 0;
  while (at < pending_.size()) {
    const Utf8Step step = utf8_at(pending_, at);
    if (step.kind == Utf8Step::Kind::kUnfinished) break;
    const bool whole = step.kind == Utf8Step::Kind::kCharacter;
    text += whole ? std::string_view(pending_).substr(at, step.length) : kReplacement;
    at += step.length;
  }
  pending_.erase(0, at);
  return text;
}

std::string TextStream::finish() {
  std::string text = to_utf8(pending_);
  pending_.clear();
  return text;
}

}  // namespace cudal1::model
