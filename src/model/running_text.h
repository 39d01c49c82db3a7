// A text that is being generated.
#pragma once

#include <optional>

#include "cudal1/model/generator.h"
#include "sampler.h"

namespace cudal1::model {

class RunningText {
 public:
  RunningText(const Prompt& prompt, uint64_t seed, const Tokenizer& tokenizer,
              const std::vector<Token>& ends, int64_t room);

  // Draws the next token from its logits [vocab]; what it adds to the text that can be shown, which
  // is not the beginning of a stop string.
  std::string advance(std::span<const float> logits);
  bool done() const { return finish_.has_value(); }
  void interrupt() { finish_ = Finish::kInterrupted; }
  Token last() const { return seen_.back(); }
  int64_t position() const { return int64_t(seen_.size()) - 1; }  // of the last token
  Generated take();

 private:
  bool ends_with(Token token) const;
  std::string show();
  std::string rest();  // what was held back, once it is done

  const Sampling& sampling_;
  const std::vector<Token>& ends_;
  Sampler sampler_;
  TextStream stream_;
  std::vector<Token> seen_;  // the prompt's and the text's
  int64_t room_;             // tokens that it may have
  Generated result_;
  size_t shown_ = 0;  // bytes of the text
  std::optional<Finish> finish_;
};

}  // namespace cudal1::model
