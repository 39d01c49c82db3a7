#include "program/macro.h"

#include "program/lexer.h"

namespace cudal1::program {

void MacroTable::define(Macro macro) {
  const Macro* known = find(macro.name);
  if (known && known->pinned) return;
  macros_[macro.name] = std::move(macro);
}

void MacroTable::undefine(const std::string& name) {
  const Macro* known = find(name);
  if (known && !known->pinned) macros_.erase(name);
}

const Macro* MacroTable::find(const std::string& name) const {
  const auto found = macros_.find(name);
  return found == macros_.end() ? nullptr : &found->second;
}

Macro MacroTable::parse_definition(const Tokens& directive, size_t at) {
  if (at >= directive.size() || !directive[at].is_identifier()) {
    throw SyntaxError{{directive.front().pos, "#define needs a name",
                       "#define NAME value, #define NAME(a, b) text"}};
  }
  Macro macro;
  macro.name = directive[at++].text;
  if (at < directive.size() && directive[at].is("(") && !directive[at].space_before) {
    macro.function_like = true;
    for (++at; at < directive.size() && !directive[at].is(")"); ++at) {
      if (directive[at].is(",")) continue;
      if (directive[at].is("...")) {
        macro.variadic = true;
        const bool named = at > 0 && directive[at - 1].is_identifier() && !macro.params.empty();
        if (!named) macro.params.push_back("__VA_ARGS__");
      } else if (directive[at].is_identifier()) {
        macro.params.push_back(directive[at].text);
      } else {
        throw SyntaxError{{directive[at].pos, "a macro parameter must be a name", ""}};
      }
    }
    if (at >= directive.size()) {
      throw SyntaxError{{directive.front().pos,
                         "the parameters of macro " + macro.name + " are not closed", ")"}};
    }
    ++at;
  }
  macro.body.assign(directive.begin() + static_cast<std::ptrdiff_t>(at), directive.end());
  return macro;
}

Macro MacroTable::constant(const std::string& name, const std::string& value) {
  Macro macro;
  macro.name = name;
  macro.body = lex(value);
  macro.body.pop_back();
  return macro;
}

}  // namespace cudal1::program
