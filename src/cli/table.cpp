#include "cudal1/cli/table.h"

#include <algorithm>

#include "cudal1/core/assert.h"

namespace cudal1::cli {

void Table::row(std::vector<std::string> cells) {
  CUDAL1_ASSERT(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

std::string Table::line(const std::vector<std::string>& cells, const std::vector<int>& widths,
                        int indent) const {
  std::string result(size_t(indent), ' ');
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(size_t(widths[i] - display_width(cells[i])), ' ');
    result += columns_[i].align == Align::kRight ? padding + cells[i] : cells[i] + padding;
    if (i + 1 < cells.size()) result += "  ";
  }
  result.erase(result.find_last_not_of(' ') + 1);
  return result + "\n";
}

std::string Table::render(const Style& style, int indent) const {
  std::vector<int> widths;
  std::vector<std::string> titles;
  for (size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(display_width(columns_[i].title));
    for (const auto& cells : rows_) widths[i] = std::max(widths[i], display_width(cells[i]));
    titles.push_back(style.bold(columns_[i].title));
  }
  std::string result = line(titles, widths, indent);
  for (const auto& cells : rows_) result += line(cells, widths, indent);
  return result;
}

}  // namespace cudal1::cli
