#include "program/tune.h"

#include <algorithm>

#include "program/lexer.h"

namespace cudal1::program {
namespace {

constexpr const char* kForm = "#pragma kernel tune(NAME=value, value, …) default(value)";

class TunePragma {
 public:
  explicit TunePragma(const Tokens& line) : line_(line) {}

  std::vector<TuneParam> run() {
    while (at_ < line_.size()) {
      const Token& word = line_[at_++];
      if (word.is("tune")) {
        tune();
      } else if (word.is("default")) {
        set_default(word);
      } else {
        fail(word.pos, "'" + word.text + "' is no clause of #pragma kernel");
      }
    }
    if (params_.empty()) fail(line_.front().pos, "this #pragma kernel names no tune parameter");
    for (TuneParam& param : params_) check(param);
    return std::move(params_);
  }

 private:
  [[noreturn]] static void fail(SourcePos pos, std::string message) {
    throw SyntaxError{{pos, std::move(message), kForm}};
  }
  SourcePos here() const { return at_ < line_.size() ? line_[at_].pos : line_.back().pos; }
  void expect(const char* spelling, const std::string& where) {
    if (at_ >= line_.size() || !line_[at_].is(spelling))
      fail(here(), std::string("'") + spelling + "' is missing " + where);
    ++at_;
  }

  // The text up to a ',' or ')' that stands in no parentheses.
  std::string value() {
    const size_t begin = at_;
    for (int depth = 0; at_ < line_.size(); ++at_) {
      if (line_[at_].is("(")) ++depth;
      if (depth == 0 && (line_[at_].is(",") || line_[at_].is(")"))) break;
      if (line_[at_].is(")")) --depth;
    }
    if (at_ == begin) fail(here(), "a value is missing");
    return spell(line_, begin, at_);
  }

  void tune() {
    expect("(", "behind tune");
    TuneParam param;
    if (at_ >= line_.size() || !line_[at_].is_identifier())
      fail(here(), "tune needs the name of a macro");
    param.pos = line_[at_].pos;
    param.name = line_[at_++].text;
    expect("=", "behind " + param.name);
    param.values.push_back(value());
    while (at_ < line_.size() && line_[at_].is(",")) {
      ++at_;
      param.values.push_back(value());
    }
    expect(")", "behind the values of " + param.name);
    params_.push_back(std::move(param));
  }

  void set_default(const Token& word) {
    if (params_.empty() || !params_.back().default_value.empty())
      fail(word.pos, "default(…) follows no tune(…)");
    expect("(", "behind default");
    params_.back().default_value = value();
    expect(")", "behind the default of " + params_.back().name);
  }

  static void check(TuneParam& param) {
    if (param.default_value.empty()) param.default_value = param.values.front();
    auto sorted = param.values;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end())
      fail(param.pos, "tune parameter " + param.name + " lists " + *twice + " twice");
    if (std::find(param.values.begin(), param.values.end(), param.default_value) ==
        param.values.end()) {
      fail(param.pos,
           "the default " + param.default_value + " of " + param.name + " is none of its values");
    }
  }

  const Tokens& line_;
  size_t at_ = 3;  // behind # pragma kernel
  std::vector<TuneParam> params_;
};

}  // namespace

bool is_tune_pragma(const Tokens& line) {
  return line.size() > 2 && line[0].is("#") && line[1].is("pragma") && line[2].is("kernel");
}

std::vector<TuneParam> parse_tune_pragma(const Tokens& line) { return TunePragma(line).run(); }

}  // namespace cudal1::program
