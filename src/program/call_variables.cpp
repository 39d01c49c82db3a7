#include "program/call_variables.h"

#include <algorithm>

#include "program/call_expression.h"
#include "program/call_refusal.h"
#include "program/lexer.h"

namespace cudal1::program {
namespace {

class Variables {
 public:
  Variables(const std::map<std::string, std::string>& values, const MacroTable& macros,
            const Names& names)
      : values_(values), macros_(macros), names_(names) {}

  std::string declarations(std::set<std::string> used) const {
    add_needed(used);
    for (const auto& [name, value] : values_) {
      if (!used.count(name)) refuse_call("the call does not use " + name);
    }
    std::string text;
    std::set<std::string> declared;
    while (declared.size() < used.size()) {
      const size_t before = declared.size();
      for (const std::string& name : used) {
        if (declared.count(name) || !ready(name, declared)) continue;
        text += declaration(name);
        declared.insert(name);
      }
      if (declared.size() == before) refuse_call("the values of the variables need each other");
    }
    return text;
  }

 private:
  void add_needed(std::set<std::string>& used) const {
    for (bool more = true; more;) {
      more = false;
      for (const std::string& name : std::set<std::string>(used)) {
        if (!values_.count(name))
          refuse_call(name + " has no value", "add " + name + "=VALUE behind the call");
        for (const std::string& inner : needs(name)) more |= used.insert(inner).second;
      }
    }
  }

  std::set<std::string> needs(const std::string& name) const {
    return free_names(values_.at(name), macros_, names_);
  }

  bool ready(const std::string& name, const std::set<std::string>& declared) const {
    const auto inner = needs(name);
    return std::all_of(inner.begin(), inner.end(),
                       [&](const std::string& other) { return declared.count(other) > 0; });
  }

  std::string declaration(const std::string& name) const {
    const std::string& value = values_.at(name);
    if (value.empty()) refuse_call(name + " has an empty value", name + "=VALUE");
    bool floating = false, boolean = false;
    for (const Token& token : lex(value)) {
      const bool hex = token.text.rfind("0x", 0) == 0;
      floating |= token.kind == TokenKind::kNumber && !hex &&
                  token.text.find_first_of(".eE") != std::string::npos;
      boolean |= token.is("true") || token.is("false");
      if (token.is(";") || token.is("{") || token.is("}"))
        refuse_call("the value of " + name + " is no expression: " + value);
    }
    const char* type = floating ? "double " : boolean ? "bool " : "int64_t ";
    return std::string("  const ") + type + name + " = " + value + ";\n";
  }

  const std::map<std::string, std::string>& values_;
  const MacroTable& macros_;
  const Names& names_;
};

}  // namespace

std::string declare_variables(std::set<std::string> used,
                              const std::map<std::string, std::string>& values,
                              const MacroTable& macros, const Names& names) {
  return Variables(values, macros, names).declarations(std::move(used));
}

}  // namespace cudal1::program
