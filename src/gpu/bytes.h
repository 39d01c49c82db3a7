// Values as bytes: little-endian integers, strings with their length in front. Reading is
// bounds-checked, because what is read comes from disk or from another process.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cudal1::gpu {

static_assert(std::endian::native == std::endian::little);

class ByteWriter {
 public:
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void value(T value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof(T)); }
  void string(std::string_view text) {
    value(uint64_t(text.size()));
    bytes_.append(text);
  }
  void strings(const std::vector<std::string>& texts) {
    value(uint64_t(texts.size()));
    for (const std::string& text : texts) string(text);
  }
  void strings(const std::map<std::string, std::string>& texts) {
    value(uint64_t(texts.size()));
    for (const auto& [name, text] : texts) string(name), string(text);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Once a read would pass the end, `ok` is false for good and every value read is empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  requires std::is_trivially_copyable_v<T> T value() {
    T value{};
    if (!take(sizeof(T))) return value;
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
    return value;
  }
  std::string string() {
    const uint64_t size = value<uint64_t>();
    if (!take(size)) return {};
    std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return text;
  }
  std::vector<std::string> strings() {
    std::vector<std::string> texts;
    for (uint64_t left = value<uint64_t>(); left > 0 && ok_; --left) texts.push_back(string());
    return texts;
  }
  std::map<std::string, std::string> string_map() {
    std::map<std::string, std::string> texts;
    for (uint64_t left = value<uint64_t>(); left > 0 && ok_; --left) {
      std::string name = string();
      texts[name] = string();
    }
    return texts;
  }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && bytes_.empty(); }

 private:
  bool take(uint64_t size) {
    ok_ = ok_ && size <= bytes_.size();
    if (!ok_) bytes_ = {};
    return ok_;
  }
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace cudal1::gpu
