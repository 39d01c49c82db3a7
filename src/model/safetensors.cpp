#include "cudal1/model/safetensors.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

#include "cudal1/core/error.h"
#include "json_text.h"
#include "mapped_file.h"
#include "safetensors_header.h"

namespace cudal1::model {
namespace {

constexpr char kAdvice[] = "Copy or download the file anew.";

// Eight bytes, the lowest first, say how long the header is.
std::string_view header_of(std::span<const std::byte> file, const std::string& name) {
  uint64_t length = 0;
  if (file.size() < sizeof length)
    throw DataError(name + ": it has " + std::to_string(file.size()) +
                        " bytes, a safetensors file begins with 8",
                    kAdvice);
  for (size_t i = 0; i < sizeof length; ++i) length |= uint64_t(file[i]) << (8 * i);
  const std::string says = name + ": the length of its header is " + std::to_string(length);
  if (length > kMaxHeaderBytes)
    throw DataError(says + ", expected at most " + std::to_string(kMaxHeaderBytes),
                    "Is it a safetensors file?");
  if (length > file.size() - sizeof length)
    throw DataError(says + ", but the file has " + std::to_string(file.size()) + " bytes", kAdvice);
  return {reinterpret_cast<const char*>(file.data()) + sizeof length, size_t(length)};
}

void check_size(const std::string& tensor, const HeaderEntry& entry, const std::string& name) {
  uint64_t bytes = 0;
  const bool fits = bytes_of(entry.type, entry.shape, bytes);
  if (fits && entry.end - entry.begin == bytes) return;
  throw DataError(name + ": tensor " + shown(tensor) + " has " +
                  std::to_string(entry.end - entry.begin) + " bytes, its shape needs " +
                  (fits ? std::to_string(bytes) : "more than 2^63"));
}

using Named = std::pair<const std::string, HeaderEntry>;

// In the order of the data, each tensor must begin where the one before it ends: no gap, no
// overlap.
void check_layout(const SafetensorsHeader& header, uint64_t data_bytes, const std::string& name) {
  std::vector<const Named*> order;
  for (const auto& named : header.tensors) order.push_back(&named);
  std::ranges::sort(order, {},
                    [](const Named* one) { return std::tie(one->second.begin, one->second.end); });
  uint64_t at = 0;
  for (const Named* one : order) {
    const auto& [tensor, entry] = *one;
    if (entry.begin != at || entry.end < entry.begin)
      throw DataError(name + ": tensor " + shown(tensor) + " has data_offsets [" +
                      std::to_string(entry.begin) + ", " + std::to_string(entry.end) +
                      "], expected to begin at " + std::to_string(at) +
                      ", where the one before it ends");
    check_size(tensor, entry, name);
    at = entry.end;
  }
  if (at != data_bytes)
    throw DataError(name + ": its header speaks of " + std::to_string(at) +
                        " bytes of data, the file has " + std::to_string(data_bytes),
                    kAdvice);
}

}  // namespace

const char* name_of(ElementType type) {
  constexpr const char* kNames[] = {"F64", "F32", "F16", "BF16", "I64",
                                    "I32", "I16", "I8",  "U8",   "BOOL"};
  return kNames[size_t(type)];
}

int64_t size_of(ElementType type) {
  constexpr int64_t kSizes[] = {8, 4, 2, 2, 8, 4, 2, 1, 1, 1};
  return kSizes[size_t(type)];
}

std::map<std::string, TensorView> parse_safetensors(std::span<const std::byte> file,
                                                    const std::string& name,
                                                    std::map<std::string, std::string>& metadata) {
  const std::string_view text = header_of(file, name);
  SafetensorsHeader header = parse_header(text, name);
  const auto data = file.subspan(sizeof(uint64_t) + text.size());
  check_layout(header, data.size(), name);
  std::map<std::string, TensorView> tensors;
  for (auto& [tensor, entry] : header.tensors)
    tensors.emplace(tensor, TensorView{entry.type, std::move(entry.shape),
                                       data.subspan(entry.begin, entry.end - entry.begin)});
  metadata = std::move(header.metadata);
  return tensors;
}

struct Safetensors::Impl {
  MappedFile file;
  std::map<std::string, TensorView> tensors;
  std::map<std::string, std::string> metadata;
};

Safetensors::Safetensors(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Safetensors::Safetensors(Safetensors&&) noexcept = default;
Safetensors& Safetensors::operator=(Safetensors&&) noexcept = default;
Safetensors::~Safetensors() = default;

Safetensors Safetensors::open(const std::filesystem::path& path) {
  std::unique_ptr<Impl> impl(new Impl{MappedFile(path), {}, {}});
  impl->tensors = parse_safetensors(impl->file.bytes(), path.string(), impl->metadata);
  return Safetensors(std::move(impl));
}

const std::map<std::string, TensorView>& Safetensors::tensors() const { return impl_->tensors; }
const std::map<std::string, std::string>& Safetensors::metadata() const { return impl_->metadata; }

}  // namespace cudal1::model
