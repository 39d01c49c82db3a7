#include "compile_log.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "cudal1/core/shorten.h"

namespace cudal1::gpu {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

// The decimal number that ends right before `unit` in `line`: "Used 10 registers" with " registers"
// is 10.
uint32_t number_before(std::string_view line, std::string_view unit) {
  const size_t end = line.find(unit);
  if (end == std::string_view::npos) return 0;
  size_t begin = end;
  while (begin > 0 && line[begin - 1] >= '0' && line[begin - 1] <= '9') --begin;
  uint32_t value = 0;
  std::from_chars(line.data() + begin, line.data() + end, value);
  return value;
}

bool is_resource_line(std::string_view line) {
  return line.starts_with("ptxas info") || line.starts_with("ptxas  ");
}

bool is_remark(std::string_view line) {
  return line.starts_with("Remark: The warnings can be suppressed");
}

struct Diagnostic {
  int line = 0;
  bool in_path = false;
  std::string_view file;
  std::string_view message;
};

// "path(12): error: message", also "catastrophic error: " and numbered errors ("error #20: ").
std::optional<Diagnostic> parse_diagnostic(std::string_view line, const std::string& path) {
  // The path is any text: the word is looked for behind the position only.
  const size_t position = line.find("): ");
  if (position == std::string_view::npos) return std::nullopt;
  const size_t colon = line.find(": ", position + 3);
  if (colon == std::string_view::npos) return std::nullopt;
  if (line.substr(position + 3, colon - position - 3).find("error") == std::string_view::npos) return std::nullopt;
  const std::string_view head = line.substr(0, position);
  const size_t open = head.rfind('(');
  if (open == std::string_view::npos) return std::nullopt;
  Diagnostic diagnostic;
  const auto [end, status] =
      std::from_chars(head.data() + open + 1, head.data() + position, diagnostic.line);
  if (status != std::errc() || end != head.data() + position) return std::nullopt;
  diagnostic.file = head.substr(0, open);
  diagnostic.in_path = diagnostic.file == path;
  diagnostic.message = line.substr(colon + 2);
  return diagnostic;
}

// NVRTC marks the column with a caret two lines below the message, under the source line it repeats
// with an indent of two.
int caret_column(const std::vector<std::string_view>& lines, size_t message) {
  for (size_t i = message + 1; i < lines.size() && i <= message + 3; ++i) {
    const size_t caret = lines[i].find_first_not_of(' ');
    if (caret != std::string_view::npos && lines[i].substr(caret) == "^")
      return caret >= 2 ? int(caret) - 1 : 1;
  }
  return 0;
}

std::string_view first_line_that_fails(const std::vector<std::string_view>& lines) {
  for (std::string_view line : lines)
    if (line.find("error") != std::string_view::npos ||
        line.find("fatal") != std::string_view::npos)
      return line;
  return lines.empty() ? std::string_view("the compiler gave no reason") : lines.front();
}

}  // namespace

std::string bounded_log(std::string_view log) {
  if (log.size() <= kMaxLogBytes) return std::string(log);
  constexpr size_t kRoom = 64;  // for the closing line
  const size_t end = log.rfind('\n', kMaxLogBytes - kRoom);
  const size_t kept = end == std::string_view::npos ? kMaxLogBytes - kRoom : end;
  return std::string(log.substr(0, kept)) + "\n[" + std::to_string(log.size() - kept) +
         " more bytes left out]\n";
}

std::map<std::string, CompiledModule::Resources> parse_resources(std::string_view log) {
  std::map<std::string, CompiledModule::Resources> resources;
  CompiledModule::Resources* current = nullptr;  // of the entry function being described
  constexpr std::string_view kEntry = "Compiling entry function '";
  for (std::string_view line : lines_of(log)) {
    if (!is_resource_line(line)) continue;
    if (const size_t at = line.find(kEntry); at != std::string_view::npos) {
      const std::string_view rest = line.substr(at + kEntry.size());
      current = &resources[std::string(rest.substr(0, rest.find('\'')))];
    } else if (!current) {
      continue;
    } else if (line.find("bytes stack frame") != std::string_view::npos) {
      // A function that is called, not inlined, has such a line too: the kernel's frame comes
      // first.
      current->local_bytes += number_before(line, " bytes stack frame");
      current->spill_bytes += number_before(line, " bytes spill stores");
    } else if (line.find(" registers") != std::string_view::npos) {
      current->registers = number_before(line, " registers");
      current->shared_bytes = number_before(line, " bytes smem");
    }
  }
  return resources;
}

std::string without_resource_lines(std::string_view log) {
  std::string kept;
  bool after_blank = true;
  for (std::string_view line : lines_of(log)) {
    const bool blank = line.empty() || line == std::string_view("\0", 1);
    if (is_resource_line(line) || is_remark(line) || (blank && after_blank)) continue;
    after_blank = blank;
    kept.append(line).push_back('\n');
  }
  return kept;
}

std::string without_open_reasons(std::string_view log) {
  constexpr std::string_view kNotOpened = "cannot open source file \"";
  std::string kept;
  for (std::string_view line : lines_of(log)) {
    if (const size_t at = line.find(kNotOpened); at != std::string_view::npos)
      line = line.substr(0, std::max(line.rfind('"') + 1, at + kNotOpened.size()));
    kept.append(line).push_back('\n');
  }
  return kept;
}

CompileError parse_error(std::string_view log, const std::string& path) {
  CompileError error;
  error.log = bounded_log(log);
  const std::vector<std::string_view> lines = lines_of(log);
  // An error inside a header is reported at the header's line; one in the source itself says more.
  std::optional<Diagnostic> first;
  size_t index = 0;
  for (size_t i = 0; i < lines.size() && !(first && first->in_path); ++i) {
    const std::optional<Diagnostic> found = parse_diagnostic(lines[i], path);
    if (!found || (first && !found->in_path)) continue;
    first = found;
    index = i;
  }
  if (!first) {
    error.message = shortened(first_line_that_fails(lines));
    return error;
  }
  error.message = shortened(first->message);
  if (first->in_path) {
    error.line = first->line;
    error.column = caret_column(lines, index);
  } else {
    error.message += ", at " + std::string(first->file) + ":" + std::to_string(first->line);
  }
  return error;
}

}  // namespace cudal1::gpu
