#include "program/preprocess.h"

#include <algorithm>

#include "program/constant.h"
#include "program/expand.h"
#include "program/lexer.h"
#include "program/tune.h"

namespace cudal1::program {
namespace {

struct Conditional {
  SourcePos pos;
  std::string guard;  // X of #ifndef X
  bool parent_active = true;
  bool active = false;
  bool taken = false;  // some branch was active
  bool has_else = false;
};

// What nvcc and the headers that are not read here define.
constexpr std::pair<const char*, const char*> kPredefined[] = {
    {"__CUDACC__", "1"},
    {"__NVCC__", "1"},
    {"__CUDACC_VER_MAJOR__", "13"},
    {"__CUDACC_VER_MINOR__", "0"},
    {"CUDA_VERSION", "13000"},
    {"CUDART_VERSION", "13000"},
    {"__CUDA_API_VERSION", "13000"},
    {"TORCH_VERSION_MAJOR", "2"},
    {"TORCH_VERSION_MINOR", "11"},
    {"TORCH_VERSION_PATCH", "0"},
    {"__cplusplus", "201703L"},
    {"__linux__", "1"},
    {"__x86_64__", "1"},
    {"__GNUC__", "12"},
    {"C10_HOST_DEVICE", "__host__ __device__"},
    {"C10_DEVICE", "__device__"},
    {"C10_HOST", "__host__"},
    {"C10_ALWAYS_INLINE", "inline"},
    {"C10_UNUSED", "[[maybe_unused]]"},
    {"C10_API", "inline"},
    {"C10_EXPORT", "inline"},
    {"TORCH_API", "inline"},
    {"TORCH_CUDA_CU_API", "inline"},
    {"C10_RESTRICT", "__restrict__"},
    {"FLT_MAX", "3.402823466e+38f"},
    {"FLT_MIN", "1.175494351e-38f"},
    {"FLT_EPSILON", "1.192092896e-07f"},
    {"DBL_MAX", "1.7976931348623157e+308"},
    {"DBL_MIN", "2.2250738585072014e-308"},
    {"DBL_EPSILON", "2.2204460492503131e-16"},
    {"INT_MAX", "2147483647"},
    {"INT_MIN", "(-2147483647 - 1)"},
    {"UINT_MAX", "4294967295u"},
    {"LLONG_MAX", "9223372036854775807ll"},
    {"LONG_MAX", "9223372036854775807l"},
    {"INT32_MAX", "2147483647"},
    {"INT32_MIN", "(-2147483647 - 1)"},
    {"UINT32_MAX", "4294967295u"},
    {"INT64_MAX", "9223372036854775807l"},
    {"INT64_MIN", "(-9223372036854775807l - 1)"},
    {"M_PI", "3.14159265358979323846"},
    {"M_PI_2", "1.57079632679489661923"},
    {"M_E", "2.7182818284590452354"},
    {"M_LN2", "0.69314718055994530942"},
    {"M_LOG2E", "1.4426950408889634074"},
    {"M_SQRT2", "1.41421356237309504880"},
    {"M_SQRT1_2", "0.70710678118654752440"},
    {"M_2_SQRTPI", "1.12837916709551257390"},
};

class Preprocessor {
 public:
  Preprocessor(const Tokens& raw, const ParseOptions& options) : raw_(raw) {
    for (const auto& [name, value] : kPredefined)
      out_.macros.define(MacroTable::constant(name, value));
    define_launch_bounds();
    for (const auto& [name, value] : options.defines)
      out_.macros.define(MacroTable::constant(name, value));
    settle_tune(options);
  }

  Preprocessed run() {
    for (size_t i = 0; raw_[i].kind != TokenKind::kEnd;) {
      if (raw_[i].line_start && raw_[i].is("#")) {
        const size_t end = line_end(i);
        out_.directives.push_back({raw_[i].begin, raw_[end - 1].end});
        directive(Tokens(raw_.begin() + static_cast<std::ptrdiff_t>(i),
                         raw_.begin() + static_cast<std::ptrdiff_t>(end)));
        i = end;
      } else {
        if (active()) segment_.push_back(raw_[i]);
        ++i;
      }
    }
    if (!open_.empty())
      throw SyntaxError{{open_.back().pos, "this conditional is never closed", "#endif"}};
    flush(true);
    out_.tokens.push_back(raw_.back());
    return std::move(out_);
  }

 private:
  bool active() const { return open_.empty() || open_.back().active; }

  size_t line_end(size_t i) const {
    for (++i; raw_[i].kind != TokenKind::kEnd && !raw_[i].line_start; ++i) {
    }
    return i;
  }

  void define_launch_bounds() {
    for (const char* text : {"C10_LAUNCH_BOUNDS_0 __launch_bounds__(256)",
                             "C10_LAUNCH_BOUNDS_1(t) __launch_bounds__(t)",
                             "C10_LAUNCH_BOUNDS_2(t, b) __launch_bounds__(t, b)"}) {
      Tokens tokens = lex(text);
      tokens.pop_back();
      out_.macros.define(MacroTable::parse_definition(tokens, 0));
    }
  }

  // Tune parameters hold from the first line on, wherever their pragma stands.
  void settle_tune(const ParseOptions& options) {
    for (size_t i = 0; raw_[i].kind != TokenKind::kEnd; i = line_end(i)) {
      if (!raw_[i].line_start || !raw_[i].is("#")) continue;
      const Tokens line(raw_.begin() + static_cast<std::ptrdiff_t>(i),
                        raw_.begin() + static_cast<std::ptrdiff_t>(line_end(i)));
      if (!is_tune_pragma(line)) continue;
      out_.tune_pragmas.push_back({line.front().begin, line.back().end});
      for (TuneParam& param : parse_tune_pragma(line)) add_tune(std::move(param), options);
    }
    for (const auto& [name, value] : options.tune) {
      if (!out_.tune.count(name)) {
        throw SyntaxError{{{}, "no tune parameter is named " + name, "one of: " + tune_names()}};
      }
    }
  }

  void add_tune(TuneParam param, const ParseOptions& options) {
    if (out_.tune.count(param.name)) {
      throw SyntaxError{{param.pos, "tune parameter " + param.name + " is declared twice", ""}};
    }
    const auto chosen = options.tune.find(param.name);
    const std::string value = chosen == options.tune.end() ? param.default_value : chosen->second;
    Macro macro = MacroTable::constant(param.name, value);
    macro.pinned = true;
    out_.macros.define(std::move(macro));
    out_.tune[param.name] = value;
    out_.tune_params.push_back(std::move(param));
  }

  std::string tune_names() const {
    std::string names;
    for (const auto& param : out_.tune_params) names += (names.empty() ? "" : ", ") + param.name;
    return names.empty() ? "none: the file has no #pragma kernel tune(NAME=…)" : names;
  }

  void flush(bool last) {
    Tokens pending;
    Tokens expanded = expand(out_.macros, std::move(segment_), last ? nullptr : &pending);
    out_.tokens.insert(out_.tokens.end(), std::make_move_iterator(expanded.begin()),
                       std::make_move_iterator(expanded.end()));
    segment_ = std::move(pending);
  }

  void directive(const Tokens& line) {
    if (line.size() < 2) return;
    const std::string& word = line[1].text;
    if (word == "if" || word == "ifdef" || word == "ifndef") return open_conditional(line, word);
    if (word == "elif" || word == "else" || word == "elifdef" || word == "elifndef" ||
        word == "endif") {
      return next_branch(line, word);
    }
    if (word == "include" && line.size() > 2) include(line);
    if (word == "define") record_define(line);
    if (!active()) return;
    if (word == "define") {
      flush(false);
      out_.macros.define(MacroTable::parse_definition(line, 2));
    } else if (word == "undef" && line.size() > 2) {
      flush(false);
      out_.macros.undefine(line[2].text);
    } else if (word == "error") {
      throw SyntaxError{{line[0].pos, "#error " + spell(line, 2, line.size()), ""}};
    }
  }

  void include(const Tokens& line) {
    std::string header = line[2].text;
    if (line[2].kind == TokenKind::kString && header.size() > 2)
      header = header.substr(1, header.size() - 2);
    out_.includes.push_back({header, line.front().begin, line.back().end});
  }

  void record_define(const Tokens& line) {
    if (line.size() < 3 || (line.size() > 3 && line[3].is("(") && !line[3].space_before)) return;
    DefineLine define{line[2].pos, line[2].text};
    define.guarded = !open_.empty() && open_.back().guard == define.name;
    define.value_begin = line.size() > 3 ? line[3].begin : line[2].end;
    define.value_end = line.back().end;
    const bool replaces_tune = active() && !define.guarded && out_.tune.count(define.name);
    if (replaces_tune) {
      throw SyntaxError{
          {define.pos, define.name + " is a tune parameter, but this #define fixes it",
           "#ifndef " + define.name + " / #define " + define.name + " value / #endif"}};
    }
    out_.defines.push_back(std::move(define));
  }

  void open_conditional(const Tokens& line, const std::string& word) {
    Conditional conditional{line[0].pos};
    conditional.parent_active = active();
    if (word != "if" && line.size() < 3)
      throw SyntaxError{{line[0].pos, "#" + word + " needs a name", ""}};
    if (word == "ifndef") conditional.guard = line[2].text;
    flush(false);
    conditional.active = conditional.parent_active && holds(line, word);
    conditional.taken = conditional.active;
    open_.push_back(std::move(conditional));
  }

  bool holds(const Tokens& line, const std::string& word) const {
    if (word == "ifdef" || word == "elifdef") return out_.macros.defined(line[2].text);
    if (word == "ifndef" || word == "elifndef") return !out_.macros.defined(line[2].text);
    return evaluate_condition(out_.macros, Tokens(line.begin() + 2, line.end()), line[0].pos);
  }

  void next_branch(const Tokens& line, const std::string& word) {
    if (open_.empty()) throw SyntaxError{{line[0].pos, "#" + word + " without #if", ""}};
    flush(false);
    Conditional& conditional = open_.back();
    conditional.guard.clear();
    if (word == "endif") return open_.pop_back();
    if (conditional.has_else)
      throw SyntaxError{{line[0].pos, "#" + word + " after #else", "#endif"}};
    conditional.has_else = word == "else";
    const bool may = conditional.parent_active && !conditional.taken;
    conditional.active = may && (word == "else" || holds(line, word));
    conditional.taken |= conditional.active;
  }

  const Tokens& raw_;
  Preprocessed out_;
  std::vector<Conditional> open_;
  Tokens segment_;
};

}  // namespace

Preprocessed preprocess(const Tokens& raw, const ParseOptions& options) {
  return Preprocessor(raw, options).run();
}

}  // namespace cudal1::program
