#include <algorithm>
#include <nlohmann/json.hpp>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/model/safetensors.h"
#include "json_text.h"
#include "safetensors_header.h"

namespace cudal1::model {
namespace {

using Named = std::pair<const std::string, TensorView>;
using Order = std::vector<const Named*>;

// The reference implementation's order of types, so that every tensor is aligned and the files are
// the same byte for byte.
int rank_of(ElementType type) {
  constexpr int kRanks[] = {8, 7, 4, 5, 9,
                            6, 3, 2, 1, 0};  // F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL
  return kRanks[size_t(type)];
}

Order order_of(const std::map<std::string, TensorView>& tensors) {
  Order order;
  for (const Named& named : tensors) order.push_back(&named);
  std::ranges::stable_sort(order, std::greater<>(),
                           [](const Named* one) { return rank_of(one->second.type); });
  return order;
}

void check(const std::filesystem::path& path, const Named& named) {
  const auto& [name, tensor] = named;
  uint64_t bytes = 0;
  const bool sane = std::ranges::all_of(tensor.shape, [](int64_t size) { return size >= 0; });
  if (name != kMetadataKey && sane && bytes_of(tensor.type, tensor.shape, bytes) &&
      bytes == tensor.bytes.size())
    return;
  throw OutputError("cannot write '" + path.string() + "': tensor " + shown(name) + " has " +
                    std::to_string(tensor.bytes.size()) +
                    " bytes, which is not what its type and shape say");
}

// [name, what it holds] as a member of an object.
std::string member(const std::string& name, const nlohmann::ordered_json& value) {
  return nlohmann::json(name).dump() + ":" + value.dump();
}

std::string header_of(const Order& order, const std::map<std::string, std::string>& metadata) {
  std::string text;
  if (!metadata.empty()) text += member(kMetadataKey, metadata) + ",";
  uint64_t at = 0;
  for (const Named* one : order) {
    const auto& [name, tensor] = *one;
    const uint64_t end = at + tensor.bytes.size();
    text += member(name, {{"dtype", name_of(tensor.type)},
                          {"shape", tensor.shape},
                          {"data_offsets", {at, end}}}) +
            ",";
    at = end;
  }
  if (!text.empty()) text.pop_back();
  text = "{" + text + "}";
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

std::string prefixed(const std::string& header) {
  std::string all;
  for (int i = 0; i < 8; ++i) all += char(uint64_t(header.size()) >> (8 * i) & 0xff);
  return all + header;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path,
                       const std::map<std::string, TensorView>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  const Order order = order_of(tensors);
  for (const Named* one : order) check(path, *one);
  std::string header;
  try {
    header = prefixed(header_of(order, metadata));
  } catch (const nlohmann::json::exception&) {
    throw OutputError("cannot write '" + path.string() + "': the name of a tensor is not UTF-8");
  }
  if (header.size() - 8 > kMaxHeaderBytes)
    throw OutputError("cannot write '" + path.string() + "': a header of " +
                          std::to_string(header.size() - 8) + " bytes, at most " +
                          std::to_string(kMaxHeaderBytes) + " are read",
                      "Write the tensors to several files.");
  std::vector<std::string_view> pieces{header};
  for (const Named* one : order)
    pieces.emplace_back(reinterpret_cast<const char*>(one->second.bytes.data()),
                        one->second.bytes.size());
  write_file_atomically(path, pieces);
}

}  // namespace cudal1::model
