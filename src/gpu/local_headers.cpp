#include "local_headers.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <set>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "includes.h"

namespace cudal1::gpu {
namespace fs = std::filesystem;
namespace {

constexpr std::array kHeaderSuffixes = {".h",   ".hh",  ".hpp", ".hxx", ".cuh",
                                        ".inc", ".inl", ".ipp", ".tpp", ".def",
                                        ".cu",  ".c",   ".cc",  ".cpp", ".cxx"};
constexpr size_t kMaxFiles = 256;
constexpr uint64_t kMaxBytes = 4u << 20;  // of one file
constexpr uint64_t kMaxBytesInAll = 32u << 20;

// The folder of the program and below, by the names alone: a link that lies there is the user's own
// doing.
bool is_below(const fs::path& relative) {
  if (relative.empty() || relative.is_absolute()) return false;
  return std::none_of(relative.begin(), relative.end(),
                      [](const fs::path& part) { return part.native().starts_with("."); });
}

bool is_header(const fs::path& path) {
  return std::find(kHeaderSuffixes.begin(), kHeaderSuffixes.end(), path.extension()) !=
         kHeaderSuffixes.end();
}

std::string error_line(const std::string& name, const std::string& why) {
  return "#error \"" + name + "\" " + why + "\n";
}

std::optional<std::string> text_at(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_regular_file(path, failed)) return std::nullopt;
  try {
    return read_file(path, kMaxBytes);
  } catch (const DataError&) {
    return std::nullopt;
  }
}

class Collection {
 public:
  explicit Collection(fs::path root) : root_(std::move(root)) {}

  // `folder`: of the including file, relative to the root.
  void add(std::string_view source, const fs::path& folder) {
    for (const Include& include : scan_includes(source)) {
      const fs::path written = include.name;
      const fs::path place =
          (written.is_absolute() ? written.lexically_relative(root_) : folder / written)
              .lexically_normal();
      if (include.quoted ? is_refused(place) : !is_below(written))
        name(include.name, error_line(include.name, kRefusedInclude));
      else if (include.quoted)
        take(include.name, place.generic_string());
    }
  }

  LocalHeaders headers;

 private:
  // Outside the folder, or a file in it that is no header. (A plain name may be the toolkit's:
  // "nv/target".)
  bool is_refused(const fs::path& place) const {
    std::error_code failed;
    return !is_below(place) || (!is_header(place) && fs::is_regular_file(root_ / place, failed));
  }

  void take(const std::string& written, const std::string& canonical) {
    if (!files_.contains(canonical) && !read(canonical)) return;
    if (written != canonical) name(written, "#include \"" + canonical + "\"\n");
  }

  bool read(const std::string& canonical) {
    if (files_.size() >= kMaxFiles) return false;
    const std::optional<std::string> text = text_at(root_ / canonical);
    if (!text || bytes_ + text->size() > kMaxBytesInAll) return false;
    bytes_ += text->size();
    files_.insert(canonical);
    name(canonical, *text);
    add(*text, fs::path(canonical).parent_path());
    return true;
  }

  void name(const std::string& written, const std::string& text) {
    const auto [entry, fresh] = headers.emplace(written, text);
    if (!fresh && entry->second != text)
      entry->second = error_line(
          written,
          "stands for two files of this program: include them by their paths from its folder");
  }

  const fs::path root_;
  std::set<std::string> files_;
  uint64_t bytes_ = 0;
};

// Of the directive whose name the message begins with, 0 where a macro made it.
int line_of_include(std::string_view source, const std::string& message) {
  const size_t end = message.find('"', 1);
  const std::string name = message.substr(1, end - 1);
  int line = 1;
  while (!source.empty()) {
    const size_t length = std::min(source.find('\n'), source.size());
    const auto found = scan_includes(source.substr(0, length));
    if (!found.empty() && found.front().name == name) return line;
    source.remove_prefix(std::min(length + 1, source.size()));
    ++line;
  }
  return 0;
}

}  // namespace

const char* const kRefusedInclude =
    "is not read: a program includes CUDA's headers, and headers in its own folder or below";

LocalHeaders local_headers(std::string_view source, const std::string& path) {
  std::error_code failed;
  Collection collection(fs::absolute(path, failed).parent_path());
  collection.add(source, "");
  return std::move(collection.headers);
}

LocalHeaders headers_of(const CompileRequest& request) {
  return request.headers.empty() ? local_headers(request.source, request.path) : request.headers;
}

std::string text_of(const LocalHeaders& headers) {
  std::string text;
  for (const auto& [name, content] : headers) text += "// " + name + "\n" + content + "\n";
  return text;
}

void explain_include(std::string_view source, CompileError& error) {
  constexpr std::string_view kNotOpened = "cannot open source file \"",
                             kErrorLine = "#error directive: ";
  const size_t refused = error.message.find(kRefusedInclude);
  if (refused != std::string::npos) {
    error.message.erase(refused + std::string_view(kRefusedInclude).size());  // a line of the stand-in
    if (error.message.starts_with(kErrorLine)) error.message.erase(0, kErrorLine.size());
    if (error.line == 0) error.line = line_of_include(source, error.message);
  } else if (error.message.starts_with(kNotOpened)) {
    // Why it cannot be opened would tell whether it is there.
    const size_t end = error.message.find('"', kNotOpened.size());
    error.message = error.message.substr(0, end + 1) +
                    " (of a program's own files, headers in its folder or below are read)";
  }
}

}  // namespace cudal1::gpu
