// A text cut where a pattern matches: the matches and what lies between them, as the pre-tokenizer
// Split does.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cudal1::model {

// A compiled pattern, to be shared by threads.
class SplitPattern {
 public:
  // `name` (file and field) is what errors begin with. DataError for a pattern that is not taken.
  SplitPattern(std::string_view pattern, const std::string& name);

 private:
  friend class Pieces;
  struct Code;
  std::shared_ptr<const Code> code_;
};

// What matching one text after the other needs, for one thread.
class Pieces {
 public:
  explicit Pieces(const SplitPattern& pattern);
  Pieces(Pieces&&) noexcept;
  ~Pieces();

  // `text` is valid UTF-8 and outlives the pieces.
  void start(std::string_view text);
  // The next piece, never empty; false at the end. DataError where the pattern runs wild on the
  // text.
  bool next(std::string_view& piece);

 private:
  struct Match {
    size_t first, last;
  };
  int match_at(size_t at);  // PCRE2's answer
  std::optional<Match> search();
  bool take(size_t first, size_t last, std::string_view& piece);

  struct State;
  std::unique_ptr<State> state_;
  std::string_view text_;
  size_t taken_ = 0;                // bytes that pieces were made of
  size_t from_ = 0;                 // where the next search begins
  std::optional<size_t> last_;      // end of the last match
  std::optional<Match> after_gap_;  // found already, given out next
  int64_t steps_left_ = 0;          // of those that the text may take beyond the free ones
};

}  // namespace cudal1::model
