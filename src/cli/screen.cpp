#include "cudal1/cli/screen.h"

#include <filesystem>
#include <ostream>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"

namespace cudal1::cli {

Style style_for(const std::string& color, bool is_terminal, const Environment& environment) {
  if (color == "always") return {true};
  if (color == "never" || environment("NO_COLOR")) return {false};
  return {is_terminal};
}

std::string render_error(std::string_view what, std::string_view advice, const Style& style) {
  std::string text = style.bold(style.red("error:")) + " " + std::string(what) + "\n";
  for (size_t begin = 0; begin < advice.size();) {
    const size_t end = std::min(advice.find('\n', begin), advice.size());
    text += "  " + std::string(advice.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return text;
}

Screen::Screen(const Services& services, const Settings& settings)
    : out_(services.out),
      err_(services.err),
      report_(&services.out),
      live_(services.err_is_terminal),
      width_(services.terminal_width) {
  const bool json_on_stdout = settings.text("json") == "-";
  if (json_on_stdout) report_ = &services.err;
  const std::string& color = settings.text("color");
  report_style_ =
      style_for(color, json_on_stdout ? services.err_is_terminal : services.out_is_terminal,
                services.environment);
  talk_style_ = style_for(color, services.err_is_terminal, services.environment);
  if (settings.on("verbose")) talk_ = Talk::kVerbose;
  if (settings.on("quiet")) talk_ = Talk::kQuiet;
}

void Screen::report(std::string_view text) {
  if (report_ == &err_ && talk_ == Talk::kQuiet) return;
  clear_status();
  *report_ << text << std::flush;
}

void Screen::data(std::string_view text) {
  clear_status();
  out_ << text << std::flush;
}

void Screen::talk_line(std::string_view text) {
  clear_status();
  err_ << text << "\n" << std::flush;
}

void Screen::remark(std::string_view text) {
  if (talk_ != Talk::kQuiet) talk_line(text);
}

void Screen::detail(std::string_view text) {
  if (talk_ == Talk::kVerbose) talk_line(talk_style_.dim(text));
}

void Screen::warning(std::string_view text) {
  if (talk_ != Talk::kQuiet) talk_line(talk_style_.yellow("warning:") + " " + std::string(text));
}

void Screen::status(std::string_view text) {
  if (!live()) return;
  err_ << "\r\033[K" << clipped(text, width_ - 1) << std::flush;
  status_shown_ = true;
}

void Screen::clear_status() {
  if (!status_shown_) return;
  err_ << "\r\033[K" << std::flush;
  status_shown_ = false;
}

void Screen::write_json(const std::string& destination, const std::string& json) {
  if (destination.empty()) return;
  if (destination == "-") {
    data(json);
    return;
  }
  // Devices and pipes (/dev/stderr, a process substitution) cannot be renamed into place.
  std::error_code ignored;
  if (std::filesystem::exists(destination, ignored) &&
      !std::filesystem::is_regular_file(destination, ignored)) {
    AppendFile(destination).line(json.substr(0, json.find_last_not_of('\n') + 1));
    return;
  }
  write_file_atomically(destination, json);
}

}  // namespace cudal1::cli
