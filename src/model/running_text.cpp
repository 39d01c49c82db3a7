#include "running_text.h"

#include <algorithm>

namespace cudal1::model {

RunningText::RunningText(const Prompt& prompt, const Tokenizer& tokenizer,
                         const std::vector<Token>& ends, int64_t room)
    : sampling_(prompt.sampling),
      ends_(ends),
      stream_(tokenizer),
      room_(std::min(room, prompt.sampling.max_tokens)) {
  if (room_ <= 0) finish_ = Finish::kLength;
}

bool RunningText::ends_with(Token token) const {
  return !sampling_.ignore_end && std::find(ends_.begin(), ends_.end(), token) != ends_.end();
}

std::string RunningText::advance(const Drawn& drawn) {
  if (ends_with(drawn.token)) {
    finish_ = Finish::kStop;
    result_.text += stream_.finish();
    return rest();
  }
  result_.tokens.push_back(drawn.token);
  result_.logprobs.push_back(drawn.logprob);
  result_.text += stream_.add(drawn.token);
  for (const std::string& stop : sampling_.stop)
    if (const size_t at = result_.text.find(stop, shown_); at != std::string::npos) {
      result_.text.resize(at);
      finish_ = Finish::kStop;
    }
  if (!finish_ && int64_t(result_.tokens.size()) >= room_) {
    finish_ = Finish::kLength;
    result_.text += stream_.finish();
  }
  return done() ? rest() : show();
}

// Up to where a stop string may have begun.
std::string RunningText::show() {
  size_t end = result_.text.size();
  for (const std::string& stop : sampling_.stop)
    for (size_t begun = std::min(stop.size() - 1, result_.text.size() - shown_); begun > 0; --begun)
      if (result_.text.ends_with(stop.substr(0, begun))) {
        end = std::min(end, result_.text.size() - begun);
        break;
      }
  const std::string added = result_.text.substr(shown_, end - shown_);
  shown_ = end;
  return added;
}

std::string RunningText::rest() {
  const std::string added = result_.text.substr(shown_);
  shown_ = result_.text.size();
  return added;
}

Generated RunningText::take() {
  result_.finish = finish_.value_or(Finish::kInterrupted);
  return std::move(result_);
}

}  // namespace cudal1::model
