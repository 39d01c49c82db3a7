// Tokens that stand beside the vocabulary of the merges: found in a text before it is split into
// words.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/model/tokenizer.h"

namespace cudal1::model {

struct AddedToken {
  Token id = 0;
  std::string content;
  bool special = false;
  bool lstrip = false, rstrip = false;  // takes the white space before, after it along
  bool single_word = false;             // only where no letter touches it
  bool normalized = false;              // looked for in the normalized text
};

// Finds some of them, leftmost first and of those the longest, as the Python package `tokenizers`
// does.
class AddedTokenFinder {
 public:
  // Of no two of them the contents are equal; none is empty.
  explicit AddedTokenFinder(std::vector<AddedToken> tokens);

  // A part of a text: what an added token covers, or what lies between.
  struct Part {
    const AddedToken* token;  // null: text
    size_t first, last;
  };
  // `text` is valid UTF-8. Without `parse_special` special tokens are passed over.
  std::vector<Part> parts(std::string_view text, bool parse_special) const;

 private:
  const AddedToken* longest_at(std::string_view text, size_t at) const;

  std::vector<AddedToken> tokens_;  // sorted by content
  std::array<bool, 256> begins_{};  // some content
};

}  // namespace cudal1::model
