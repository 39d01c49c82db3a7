#include "catalog_file.h"

#include <fstream>
#include <stdexcept>

namespace cudal1::program {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  size_t begin = 0;
  for (size_t at = text.find(separator); at != std::string::npos;
       at = text.find(separator, begin)) {
    parts.push_back(text.substr(begin, at - begin));
    begin = at + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

OperatorArg parse_arg(const std::string& text) {
  OperatorArg arg;
  const size_t space = text.find(' ');
  arg.type = text.substr(0, space);
  arg.name = text.substr(space + 1);
  if (arg.name.ends_with("*")) arg.keyword_only = true, arg.name.pop_back();
  if (arg.name.ends_with("=")) arg.has_default = true, arg.name.pop_back();
  return arg;
}

OperatorCatalog load() {
  const std::string path = std::string(CUDAL1_SOURCE_DIR) + "/tests/program/data/operators.txt";
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  OperatorCatalog catalog;
  for (std::string line; std::getline(file, line);) {
    const auto fields = split(line + " ", '|');  // the space keeps an empty last field
    OperatorSchema schema;
    schema.overload = fields.at(1);
    for (const std::string& arg : split(fields.at(2), ';')) schema.args.push_back(parse_arg(arg));
    std::string returns = fields.at(3);
    returns.pop_back();
    schema.returns = split(returns, ';');
    catalog.operators[fields.at(0)].push_back(std::move(schema));
  }
  catalog.refused = {{"from_file", "it reads a file"},
                     {"set_num_threads", "it changes global state"}};
  return catalog;
}

}  // namespace

const OperatorCatalog& test_catalog() {
  static const OperatorCatalog kCatalog = load();
  return kCatalog;
}

}  // namespace cudal1::program
