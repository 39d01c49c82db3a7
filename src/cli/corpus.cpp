#include "cudal1/cli/corpus.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cudal1/cli/load_task.h"
#include "cudal1/core/error.h"
#include "cudal1/core/files.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::set<std::string> kVerdicts = {"passed",       "harmless",       "compile_failed",
                                         "rejected",     "runtime_failed", "timed_out",
                                         "wrong_output", "worker_died"};

struct Header {
  std::string summary, reference;
};

std::string line_after(const std::string& source, size_t begin, const std::string& mark) {
  const std::string line = source.substr(begin, source.find('\n', begin) - begin);
  return line.starts_with(mark) ? line.substr(mark.size()) : "";
}

Header read_header(const ProgramText& program) {
  const size_t second = std::min(program.source.find('\n'), program.source.size() - 1) + 1;
  Header header{line_after(program.source, 0, "// "),
                line_after(program.source, second, "// reference: ")};
  if (header.summary.empty() || header.reference.empty())
    throw DataError(program.path + " has no header",
                    "Line 1 says what it does, line 2 is: // reference: JOB.cu");
  return header;
}

ProgramText read_text(const fs::path& path) { return {path.string(), read_program(path.string())}; }

std::vector<std::string> read_verdicts(const Json& entry, const char* device,
                                       const std::string& where) {
  std::vector<std::string> words;
  if (entry.contains(device) && entry[device].is_array())
    for (const Json& word : entry[device])
      words.push_back(word.is_string() ? word.get<std::string>() : "");
  const auto unknown = std::ranges::find_if(
      words, [](const std::string& word) { return !kVerdicts.contains(word); });
  if (words.empty() || unknown != words.end())
    throw DataError(where + ": '" + device + "' must be a list of verdicts" +
                        (words.empty() ? "" : ", and '" + *unknown + "' is none"),
                    "As in: \"sim\": [\"wrong_output\", \"rejected\"]");
  return words;
}

Cheat read_cheat(const fs::path& folder, const std::string& name, const Json& entry) {
  const std::string where = (folder / "expected.json").string() + ": " + name;
  Cheat cheat{.name = name,
              .program = read_text(folder / (name + ".cu")),
              .twin = read_text(folder / (name + ".ok.cu"))};
  const Header header = read_header(cheat.program);
  cheat.summary = header.summary;
  cheat.reference = header.reference;
  if (read_header(cheat.twin).reference != cheat.reference)
    throw DataError(cheat.twin.path + " does another job than its cheat: " + cheat.reference,
                    "Both must name the same reference.");
  if (!entry.is_object() || !entry.contains("why") || !entry["why"].is_string())
    throw DataError(where + ": there is no 'why'", "One line that says what gives the cheat away.");
  cheat.why = entry["why"].get<std::string>();
  for (const char* device : {"sim", "cuda"})
    cheat.acceptable[device] = read_verdicts(entry, device, where);
  return cheat;
}

Json read_expected(const fs::path& path) {
  if (!fs::exists(path))
    throw DataError("there is no corpus of cheats in " + path.parent_path().string() +
                        ": expected.json is missing",
                    "It comes with the sources; --corpus DIR names another place.");
  Json json = Json::parse(read_file(path), nullptr, false);
  if (!json.is_object())
    throw DataError(path.string() + " is no JSON object",
                    "As in: {\"NAME\": {\"sim\": [\"wrong_output\"], …}}");
  return json;
}

void require_no_others(const fs::path& folder, const Json& expected) {
  for (const auto& file : fs::directory_iterator(folder)) {
    const std::string name = file.path().stem().string();  // "x" of x.cu, "x.ok" of x.ok.cu
    const std::string cheat = name.ends_with(".ok") ? name.substr(0, name.size() - 3) : name;
    if (file.path().extension() == ".cu" && !expected.contains(cheat))
      throw DataError(file.path().string() + " is not in expected.json",
                      "Add what it must come to, as the others have it.");
  }
}

}  // namespace

Corpus read_corpus(const fs::path& folder) {
  const Json expected = read_expected(folder / "expected.json");
  require_no_others(folder, expected);
  Corpus corpus;
  for (const auto& [name, entry] : expected.items()) {
    Cheat cheat = read_cheat(folder, name, entry);
    if (!corpus.references.contains(cheat.reference))
      corpus.references[cheat.reference] = read_text(folder / "references" / cheat.reference);
    corpus.cheats.push_back(std::move(cheat));
  }
  return corpus;
}

}  // namespace cudal1::cli
