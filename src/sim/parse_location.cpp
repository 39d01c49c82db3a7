#include "parse_location.h"

#include <optional>
#include <vector>

namespace cudal1::sim {

void LocationParser::parse() {
  const Position here = parse_position();
  std::optional<Position> caller;
  while (lex_.accept(",")) {
    if (lex_.accept("function_name")) {
      lex_.expect_word();
      if (lex_.accept("+")) lex_.expect_integer();
    } else {
      lex_.expect("inlined_at");
      caller = parse_position();
    }
  }
  if (caller)
    inlined_at_[here] = *caller;
  else
    inlined_at_.erase(here);
  // Line 0 is the compiler's "nowhere": the last line stands.
  if (std::get<1>(here) > 0) source_ = user_line(here);
}

LocationParser::Position LocationParser::parse_position() {
  const auto file = uint32_t(lex_.expect_integer());
  const auto line = int(lex_.expect_integer());
  return {file, line, int(lex_.expect_integer())};
}

// Of the places that inlining stacks up, the innermost in the file of the outermost: where the
// user's own code stands when it has called into a header.
SourceLine LocationParser::user_line(const Position& innermost) const {
  std::vector<Position> stack{innermost};
  for (auto next = inlined_at_.find(innermost); next != inlined_at_.end() && stack.size() < 64;
       next = inlined_at_.find(next->second))
    stack.push_back(next->second);
  for (const Position& at : stack)
    if (std::get<0>(at) == std::get<0>(stack.back())) return {std::get<0>(at), std::get<1>(at)};
  return {};
}

}  // namespace cudal1::sim
