// A table for terminals: columns as wide as their widest cell, two spaces apart.
#pragma once

#include <string>
#include <vector>

#include "cudal1/cli/style.h"

namespace cudal1::cli {

enum class Align { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kLeft;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // As many cells as columns; cells may hold colours but no line breaks.
  void row(std::vector<std::string> cells);
  // A header in bold, then the rows; no trailing spaces. `indent` spaces before each line.
  std::string render(const Style& style, int indent = 0) const;

 private:
  std::string line(const std::vector<std::string>& cells, const std::vector<int>& widths,
                   int indent) const;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace cudal1::cli
