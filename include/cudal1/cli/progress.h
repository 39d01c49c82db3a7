// Progress of what takes long: one live line on a terminal, else a plain line every 30 s.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace cudal1::cli {

class Screen;

struct ProgressState {
  size_t done = 0, total = 0;  // total 0: unknown
  size_t failed = 0;
  // "1.42× with BLOCK=512", empty while nothing is better; nothing where none is looked for.
  std::optional<std::string> best = "";
  std::chrono::milliseconds elapsed{};
  std::optional<std::chrono::milliseconds> limit;  // --max-time
};

// "37/200 evaluated, 3 failed, best 1.42× with BLOCK=512, 1 min 12 s left"
std::string progress_line(const ProgressState& state);

class Progress {
 public:
  explicit Progress(Screen& screen) : screen_(screen) {}
  ~Progress();
  void show(const ProgressState& state);
  void show(const std::string& line, std::chrono::milliseconds elapsed);

 private:
  Screen& screen_;
  std::chrono::milliseconds last_plain_{};
};

}  // namespace cudal1::cli
