#include "cudal1/cli/diff.h"

#include <algorithm>
#include <span>
#include <vector>

namespace cudal1::cli {
namespace {

using Lines = std::vector<std::string_view>;

enum class Kind : char { kSame = ' ', kRemoved = '-', kAdded = '+' };
struct Edit {
  Kind kind;
  size_t before, after;  // index of the line, or of the place where it would stand
};

// The search keeps a row per edit: beyond this many it would take too much memory, and nobody reads
// such a diff.
constexpr int kMaxEdits = 2000;

Lines lines_of(std::string_view text) {
  Lines result;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n') + 1, text.size());
    const size_t length = end == 0 ? text.size() : end;
    result.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return result;
}

std::vector<Edit> replace_all(const Lines& a, const Lines& b) {
  std::vector<Edit> edits;
  for (size_t i = 0; i < a.size(); ++i) edits.push_back({Kind::kRemoved, i, 0});
  for (size_t j = 0; j < b.size(); ++j) edits.push_back({Kind::kAdded, a.size(), j});
  return edits;
}

// For each number of edits d, the furthest line of `a` reached on each diagonal k = i − j ∈ [−d,
// d], at index k + d.
using Row = std::vector<int>;

constexpr int kUnreached = -1;

int reached(const Row& row, int d, int k) {
  const int index = k + d;
  return index >= 0 && index < int(row.size()) ? row[size_t(index)] : kUnreached;
}

// Where diagonal k is entered by the d-th edit: after a line was removed (from k − 1) or added
// (from k + 1).
struct Entry {
  int line = kUnreached;
  bool added = false;
};
Entry enter(const Row& previous, int d, int k, int n, int m) {
  const int from_removal = reached(previous, d - 1, k - 1),
            from_addition = reached(previous, d - 1, k + 1);
  Entry entry;
  if (from_removal != kUnreached && from_removal < n) entry = {from_removal + 1, false};
  if (from_addition > entry.line && from_addition - k <= m) entry = {from_addition, true};
  return entry;
}

// Rows up to the one that reaches the end of both; empty when that takes more than kMaxEdits edits.
std::vector<Row> reach_end(const Lines& a, const Lines& b) {
  const int n = int(a.size()), m = int(b.size());
  std::vector<Row> rows;
  for (int d = 0; d <= std::min(n + m, kMaxEdits); ++d) {
    Row row(size_t(2 * d + 1), kUnreached);
    for (int k = -d; k <= d; k += 2) {
      int i = d == 0 ? 0 : enter(rows.back(), d, k, n, m).line;
      if (i == kUnreached) continue;
      while (i < n && i - k < m && a[size_t(i)] == b[size_t(i - k)]) ++i;
      row[size_t(k + d)] = i;
      if (i == n && i - k == m) {
        rows.push_back(std::move(row));
        return rows;
      }
    }
    rows.push_back(std::move(row));
  }
  return {};
}

std::vector<Edit> walk_back(const std::vector<Row>& rows, const Lines& a, const Lines& b) {
  std::vector<Edit> edits;
  const int n = int(a.size()), m = int(b.size());
  int i = n, j = m;
  for (int d = int(rows.size()) - 1; d >= 0; --d) {
    const Entry entry = d == 0 ? Entry{0} : enter(rows[size_t(d - 1)], d, i - j, n, m);
    while (i > entry.line) --i, --j, edits.push_back({Kind::kSame, size_t(i), size_t(j)});
    if (d == 0) break;
    if (entry.added)
      --j, edits.push_back({Kind::kAdded, size_t(i), size_t(j)});
    else
      --i, edits.push_back({Kind::kRemoved, size_t(i), size_t(j)});
  }
  std::ranges::reverse(edits);
  return edits;
}

// Readers expect what was removed above what was added.
void put_removed_first(std::vector<Edit>& edits) {
  const auto same = [](const Edit& edit) { return edit.kind == Kind::kSame; };
  for (auto at = edits.begin(); at != edits.end();) {
    const auto begin = std::find_if_not(at, edits.end(), same);
    at = std::find_if(begin, edits.end(), same);
    std::stable_partition(begin, at, [](const Edit& edit) { return edit.kind == Kind::kRemoved; });
  }
}

std::vector<Edit> edit_script(const Lines& a, const Lines& b) {
  const std::vector<Row> rows = reach_end(a, b);
  std::vector<Edit> edits = rows.empty() ? replace_all(a, b) : walk_back(rows, a, b);
  put_removed_first(edits);
  return edits;
}

std::string range(size_t first, size_t count) {
  // The format counts from 1, and names the line before an empty range.
  const std::string start = std::to_string(count == 0 ? first : first + 1);
  return count == 1 ? start : start + "," + std::to_string(count);
}

std::string shown(const Edit& edit, const Lines& a, const Lines& b, const Style& style) {
  std::string_view line = edit.kind == Kind::kAdded ? b[edit.after] : a[edit.before];
  const bool complete = line.ends_with('\n');
  if (complete) line.remove_suffix(1);
  const std::string text = char(edit.kind) + std::string(line);
  const std::string coloured = edit.kind == Kind::kAdded     ? style.green(text)
                               : edit.kind == Kind::kRemoved ? style.red(text)
                                                             : text;
  return coloured + (complete ? "\n" : "\n\\ No newline at end of file\n");
}

std::string hunk(std::span<const Edit> edits, const Lines& a, const Lines& b, const Style& style) {
  size_t removed = 0, added = 0;
  std::string body;
  for (const Edit& edit : edits) {
    removed += edit.kind != Kind::kAdded;
    added += edit.kind != Kind::kRemoved;
    body += shown(edit, a, b, style);
  }
  const size_t first_before = std::ranges::min(edits, {}, &Edit::before).before;
  const size_t first_after = std::ranges::min(edits, {}, &Edit::after).after;
  const std::string head =
      "@@ -" + range(first_before, removed) + " +" + range(first_after, added) + " @@";
  return style.cyan(head) + "\n" + body;
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after,
                         const DiffOptions& options, const Style& style) {
  if (before == after) return "";
  const Lines a = lines_of(before), b = lines_of(after);
  const std::vector<Edit> edits = edit_script(a, b);
  std::string text =
      style.bold("--- " + options.from) + "\n" + style.bold("+++ " + options.to) + "\n";
  const size_t context = size_t(options.context);
  const auto changed = [](const Edit& edit) { return edit.kind != Kind::kSame; };
  for (auto at = std::ranges::find_if(edits, changed); at != edits.end();) {
    // A hunk goes on while the next change is within twice the context.
    auto last = at;
    for (auto next = at; next != edits.end() && size_t(next - last) <= 2 * context + 1; ++next)
      if (changed(*next)) last = next;
    const size_t begin = size_t(at - edits.begin()) - std::min(context, size_t(at - edits.begin()));
    const size_t end = std::min(size_t(last - edits.begin()) + 1 + context, edits.size());
    text += hunk(std::span(edits).subspan(begin, end - begin), a, b, style);
    at = std::find_if(last + 1, edits.end(), changed);
  }
  return text;
}

}  // namespace cudal1::cli
