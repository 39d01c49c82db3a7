// Figures of a run as it goes: metrics.jsonl, and event files that TensorBoard reads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace cudal1::train {

// {"step": 7, "loss": 2.31, …} per line, appended and flushed. What a killed run wrote beyond its
// last checkpoint is cut off when it is opened again.
class MetricsLog {
 public:
  // Lines of steps after `last_step` are dropped. OutputError.
  MetricsLog(const std::filesystem::path& file, int64_t last_step);
  void write(int64_t step, const std::map<std::string, double>& figures);

 private:
  std::filesystem::path file_;
  std::ofstream stream_;
};

// events.out.tfevents.*: records of length, masked CRC-32C, a serialised Event with scalar
// summaries.
class EventFile {
 public:
  explicit EventFile(const std::filesystem::path& folder);
  void write(int64_t step, double wall_seconds, const std::map<std::string, double>& figures);

 private:
  void record(const std::string& event);
  std::ofstream stream_;
};

}  // namespace cudal1::train
