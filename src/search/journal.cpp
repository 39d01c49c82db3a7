#include "cudal1/search/journal.h"

#include <nlohmann/json.hpp>

#include "cudal1/core/error.h"
#include "cudal1/core/log.h"

namespace cudal1::search {
namespace {

using nlohmann::json;

constexpr uint64_t kMaxBytes = uint64_t(8) << 30;

std::string to_line(const evaluate::Candidate& candidate, const evaluate::Evaluation& evaluation) {
  json object;
  object["candidate"] = {{"id", candidate.id()},
                         {"origin", candidate.origin},
                         {"summary", candidate.summary},
                         {"tune", candidate.tune}};
  object["evaluation"] = json::parse(to_json(evaluation));
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<evaluate::Evaluation> from_line(std::string_view line) {
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object() || !object.contains("evaluation")) return std::nullopt;
  return evaluate::evaluation_from_json(object["evaluation"].dump());
}

// The file up to its last whole line; what follows is cut off, so that the next line begins afresh.
std::string read_whole_lines(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return {};
  std::string text = read_file(path, kMaxBytes);
  const size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  if (whole == text.size()) return text;
  log::warning("'" + path.string() + "': the last line is incomplete and dropped");
  text.resize(whole);
  write_file_atomically(path, text);
  return text;
}

}  // namespace

Journal Journal::open(const std::filesystem::path& path) {
  const std::string text = read_whole_lines(path);
  Journal journal(path);
  int number = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    ++number;
    auto evaluation = from_line(std::string_view(text).substr(begin, end - begin));
    if (!evaluation)
      throw DataError(path.string() + ":" + std::to_string(number) + ": not a finished evaluation",
                      "Remove that line to evaluate its candidate again, or start a new run.");
    const std::string id = evaluation->candidate_id;
    journal.finished_.insert_or_assign(id, std::move(*evaluation));
    begin = end + 1;
  }
  return journal;
}

std::optional<evaluate::Evaluation> Journal::find(const evaluate::Task& task,
                                                  const evaluate::Candidate& candidate) const {
  const auto found = finished_.find(candidate.id());
  if (found == finished_.end() || found->second.task_id != task.id()) return std::nullopt;
  return found->second;
}

void Journal::add(const evaluate::Candidate& candidate, const evaluate::Evaluation& evaluation) {
  file_.line(to_line(candidate, evaluation));
  finished_.insert_or_assign(candidate.id(), evaluation);
}

}  // namespace cudal1::search
