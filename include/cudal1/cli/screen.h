// Where a command writes: data to stdout, talk to stderr, each with its own colours.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "cudal1/cli/services.h"
#include "cudal1/cli/settings.h"
#include "cudal1/cli/style.h"

namespace cudal1::cli {

enum class Talk { kQuiet, kNormal, kVerbose };

class Screen {
 public:
  Screen(const Services& services, const Settings& settings);

  // The report for people: stdout, or stderr when --json - has taken stdout.
  void report(std::string_view text);
  const Style& report_style() const { return report_style_; }
  // Data that was asked for by name (--print-config, --dry-run): stdout.
  void data(std::string_view text);
  // A line of talk; not with --quiet. `detail` only with --verbose.
  void remark(std::string_view text);
  void detail(std::string_view text);
  void warning(std::string_view text);
  const Style& talk_style() const { return talk_style_; }

  // One line that is replaced by the next; only on a terminal.
  bool live() const { return live_ && talk_ != Talk::kQuiet; }
  void status(std::string_view text);
  void clear_status();

  // To FILE, or stdout for "-". OutputError when that fails.
  void write_json(const std::string& destination, const std::string& json);

 private:
  void talk_line(std::string_view text);
  std::ostream& out_;
  std::ostream& err_;
  std::ostream* report_;
  Style report_style_, talk_style_;
  Talk talk_ = Talk::kNormal;
  bool live_ = false;
  int width_ = 100;
  bool status_shown_ = false;
};

// --color > NO_COLOR > is it a terminal?
Style style_for(const std::string& color, bool is_terminal, const Environment& environment);

// `error: what`, then the advice, indented.
std::string render_error(std::string_view what, std::string_view advice, const Style& style);

}  // namespace cudal1::cli
