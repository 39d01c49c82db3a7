// A text that is being generated.
#pragma once

#include <optional>

#include "cudal1/model/generator.h"
#include "sampler.h"

namespace cudal1::model {

class RunningText {
 public:
  RunningText(const Prompt& prompt, const Tokenizer& tokenizer, const std::vector<Token>& ends,
              int64_t room);

  // What the next token adds to the text that can be shown, which is not the beginning of a stop
  // string.
  std::string advance(const Drawn& drawn);
  bool done() const { return finish_.has_value(); }
  void interrupt() { finish_ = Finish::kInterrupted; }
  int64_t room() const { return room_; }  // tokens that it may have
  Generated take();

 private:
  bool ends_with(Token token) const;
  std::string show();
  std::string rest();  // what was held back, once it is done

  const Sampling& sampling_;
  const std::vector<Token>& ends_;
  TextStream stream_;
  int64_t room_;
  Generated result_;
  size_t shown_ = 0;  // bytes of the text
  std::optional<Finish> finish_;
};

}  // namespace cudal1::model
