#include "added_tokens.h"

#include <algorithm>

#include "characters.h"

namespace cudal1::model {
namespace {

// May `token` stand at [first, last)?
bool stands_alone(std::string_view text, size_t first, size_t last) {
  return !ends_in_word(text.substr(0, first)) && !begins_with_word(text.substr(last));
}

}  // namespace

AddedTokenFinder::AddedTokenFinder(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  std::sort(tokens_.begin(), tokens_.end(),
            [](const AddedToken& a, const AddedToken& b) { return a.content < b.content; });
  for (const AddedToken& token : tokens_) begins_[uint8_t(token.content[0])] = true;
}

// Narrows the sorted tokens byte by byte to those that go on as the text does.
const AddedToken* AddedTokenFinder::longest_at(std::string_view text, size_t at) const {
  const AddedToken* longest = nullptr;
  auto first = tokens_.begin(), last = tokens_.end();
  for (size_t length = 0; at + length < text.size(); ++length) {
    const uint8_t byte = uint8_t(text[at + length]);
    first = std::partition_point(first, last, [&](const AddedToken& token) {
      return token.content.size() <= length || uint8_t(token.content[length]) < byte;
    });
    last = std::partition_point(first, last, [&](const AddedToken& token) {
      return uint8_t(token.content[length]) == byte;
    });
    if (first == last) break;
    if (first->content.size() == length + 1) longest = &*first;
  }
  return longest;
}

std::vector<AddedTokenFinder::Part> AddedTokenFinder::parts(std::string_view text,
                                                            bool parse_special) const {
  std::vector<Part> parts;
  size_t done = 0;
  for (size_t at = 0; at < text.size();) {
    const AddedToken* token = begins_[uint8_t(text[at])] ? longest_at(text, at) : nullptr;
    if (token == nullptr) {
      ++at;
      continue;
    }
    size_t first = at, last = at + token->content.size();
    at = last;  // also where it is passed over: what overlaps it is not found
    if (token->special && !parse_special) continue;
    if (token->single_word && !stands_alone(text, first, last)) continue;
    if (token->lstrip) first = std::max(done, first - spaces_at_end(text.substr(0, first)));
    if (token->rstrip) last += spaces_at_begin(text.substr(last));
    if (done < first) parts.push_back({nullptr, done, first});
    parts.push_back({token, first, last});
    done = last;
  }
  if (done < text.size()) parts.push_back({nullptr, done, text.size()});
  return parts;
}

}  // namespace cudal1::model
