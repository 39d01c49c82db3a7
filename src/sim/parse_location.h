// .loc: which line of the user's source the statements that follow come from.
#pragma once

#include <map>
#include <tuple>

#include "lexer.h"
#include "syntax.h"

namespace cudal1::sim {

class LocationParser {
 public:
  explicit LocationParser(Lexer& lex) : lex_(lex) {}

  // What follows ".loc".
  void parse();
  SourceLine current() const { return source_; }

 private:
  using Position = std::tuple<uint32_t, int, int>;  // file, line, column

  Position parse_position();
  SourceLine user_line(const Position& innermost) const;

  Lexer& lex_;
  SourceLine source_;
  std::map<Position, Position> inlined_at_;  // where the code of a position was called from
};

}  // namespace cudal1::sim
