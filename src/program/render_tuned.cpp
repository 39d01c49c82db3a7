// The file with its tune parameters fixed.
#include <algorithm>

#include "program/lexer.h"
#include "program/program_impl.h"

namespace cudal1::program {
namespace {

struct Edit {
  size_t begin = 0, end = 0;
  std::string text;
};

// In the pragma's line: the value in default(…) behind tune(NAME=…), or a default(…) where it has
// none.
void edit_pragma(const std::string& source, const DirectiveLine& line, const TuneSetting& setting,
                 std::vector<Edit>* edits) {
  Tokens tokens = lex(std::string_view(source).substr(line.begin, line.end - line.begin));
  std::string name;
  const auto close = [&](size_t i) {
    for (int depth = 0;; ++i) {
      if (tokens[i].is("(")) ++depth;
      if (tokens[i].is(")") && --depth == 0) return i;
    }
  };
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].is("tune") && tokens[i + 1].is("(")) {
      name = tokens[i + 2].text;
      const size_t end = close(i + 1);
      const auto value = setting.find(name);
      if (value != setting.end() && !tokens[end + 1].is("default")) {
        edits->push_back({line.begin + tokens[end].end, line.begin + tokens[end].end,
                          " default(" + value->second + ")"});
      }
      i = end;
    } else if (tokens[i].is("default") && setting.count(name)) {
      const size_t end = close(i + 1);
      edits->push_back(
          {line.begin + tokens[i + 1].end, line.begin + tokens[end].begin, setting.at(name)});
      i = end;
    }
  }
}

}  // namespace

std::string render_tuned(const Program& program, const TuneSetting& setting) {
  const Preprocessed& file = program.impl().file;
  std::vector<Edit> edits;
  std::string added;
  for (const auto& [name, value] : setting) {
    bool guarded = false;
    for (const DefineLine& define : file.defines) {
      if (define.name != name || !define.guarded) continue;
      guarded = true;
      const std::string space = define.value_begin == define.value_end ? " " : "";
      edits.push_back({define.value_begin, define.value_end, space + value});
    }
    if (!guarded) added += "#ifndef " + name + "\n#define " + name + " " + value + "\n#endif\n";
  }
  for (const DirectiveLine& pragma : file.tune_pragmas)
    edit_pragma(program.source(), pragma, setting, &edits);
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.begin > b.begin; });
  std::string text = program.source();
  for (const Edit& edit : edits) text.replace(edit.begin, edit.end - edit.begin, edit.text);
  return added + text;
}

}  // namespace cudal1::program
