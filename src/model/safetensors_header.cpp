#include "safetensors_header.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "cudal1/core/error.h"
#include "json_text.h"

namespace cudal1::model {
namespace {

using nlohmann::json;

constexpr size_t kMaxRank = 64;  // as in torch

constexpr ElementType kTypes[] = {ElementType::kF64,  ElementType::kF32, ElementType::kF16,
                                  ElementType::kBF16, ElementType::kI64, ElementType::kI32,
                                  ElementType::kI16,  ElementType::kI8,  ElementType::kU8,
                                  ElementType::kBool};

std::optional<ElementType> type_named(const std::string& word) {
  for (const ElementType type : kTypes)
    if (word == name_of(type)) return type;
  return std::nullopt;
}

// A state machine over the parser's events; nothing is built but the result.
class Reader : public nlohmann::json_sax<json> {
 public:
  explicit Reader(const std::string& file) : file_(file) {}
  SafetensorsHeader header;

  bool start_object(size_t) override {
    if (at_ == At::kStart) return to(At::kNames);
    if (at_ == At::kMetadataStart) return to(At::kMetadata);
    if (at_ == At::kTensorStart) return to(At::kTensor);
    unexpected("an object");
  }

  bool key(std::string& word) override {
    if (at_ == At::kNames) return name(word);
    if (at_ == At::kMetadata) return metadata_key(word);
    return field(word);
  }

  bool end_object() override {
    if (at_ == At::kNames) return to(At::kEnd);
    if (at_ == At::kTensor) require_all();
    return to(At::kNames);
  }

  bool start_array(size_t) override {
    if (at_ == At::kShapeStart) return to(At::kShape);
    if (at_ == At::kOffsetsStart) return to(At::kOffsets);
    unexpected("an array");
  }

  bool end_array() override {
    if (at_ == At::kOffsets && offsets_ != 2)
      refuse("data_offsets", std::to_string(offsets_) + " numbers", "two");
    return to(At::kTensor);
  }

  bool string(std::string& word) override {
    if (at_ == At::kMetadataValue) {
      *value_ = word;
      return to(At::kMetadata);
    }
    if (at_ != At::kType) unexpected(shown(word));
    const auto type = type_named(word);
    if (!type) refuse("dtype", shown(word), "F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL");
    entry_->type = *type;
    return to(At::kTensor);
  }

  bool number_unsigned(number_unsigned_t number) override {
    if (at_ == At::kShape) return dimension(number);
    if (at_ == At::kOffsets) return offset(number);
    unexpected(std::to_string(number));
  }

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("true or false"); }
  bool binary(binary_t&) override { unexpected("bytes"); }
  bool number_integer(number_integer_t number) override { unexpected(std::to_string(number)); }
  bool number_float(number_float_t, const std::string& text) override { unexpected(shown(text)); }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& error) override {
    throw DataError(file_ + ": its header is not JSON: " + shown(error.what()));
  }

 private:
  enum class At {
    kStart,
    kNames,
    kMetadataStart,
    kMetadata,
    kMetadataValue,
    kTensorStart,
    kTensor,
    kType,
    kShapeStart,
    kShape,
    kOffsetsStart,
    kOffsets,
    kEnd
  };

  bool to(At next) {
    at_ = next;
    return true;
  }

  bool name(const std::string& word) {
    tensor_ = word;
    if (word == kMetadataKey) {
      if (had_metadata_) twice(word);
      had_metadata_ = true;
      return to(At::kMetadataStart);
    }
    const auto [place, fresh] = header.tensors.try_emplace(word);
    if (!fresh) twice(word);
    entry_ = &place->second;
    had_type_ = had_shape_ = had_offsets_ = false;
    offsets_ = 0;
    return to(At::kTensorStart);
  }

  bool metadata_key(const std::string& word) {
    const auto [place, fresh] = header.metadata.try_emplace(word);
    if (!fresh) twice(word);
    value_ = &place->second;
    return to(At::kMetadataValue);
  }

  bool field(const std::string& word) {
    if (word == "dtype") return once(had_type_, word, At::kType);
    if (word == "shape") return once(had_shape_, word, At::kShapeStart);
    if (word == "data_offsets") return once(had_offsets_, word, At::kOffsetsStart);
    throw DataError(where() + " has the field " + shown(word) +
                    ", expected dtype, shape and data_offsets");
  }

  bool once(bool& had, const std::string& word, At next) {
    if (had) twice(word);
    had = true;
    return to(next);
  }

  bool dimension(uint64_t number) {
    if (number > uint64_t(std::numeric_limits<int64_t>::max()))
      refuse("shape", std::to_string(number), "sizes below 2^63");
    if (entry_->shape.size() == kMaxRank)
      refuse("shape", "longer", "at most " + std::to_string(kMaxRank) + " sizes");
    entry_->shape.push_back(int64_t(number));
    return true;
  }

  bool offset(uint64_t number) {
    if (offsets_ < 2) (offsets_ == 0 ? entry_->begin : entry_->end) = number;
    ++offsets_;
    return true;
  }

  void require_all() const {
    for (const auto& [had, word] : {std::pair(had_type_, "dtype"), std::pair(had_shape_, "shape"),
                                    std::pair(had_offsets_, "data_offsets")})
      if (!had) throw DataError(where() + " has no " + word);
  }

  std::string where() const { return file_ + ": tensor " + shown(tensor_); }

  std::string expected() const {
    switch (at_) {
      case At::kMetadataStart:
        return "an object of texts";
      case At::kMetadataValue:
        return "a text for each key";
      case At::kTensorStart:
        return "an object with dtype, shape and data_offsets";
      case At::kType:
        return "the name of a type as its dtype";
      case At::kShapeStart:
      case At::kShape:
        return "an array of sizes, none negative, as its shape";
      default:
        return "two numbers, none negative, as its data_offsets";
    }
  }

  [[noreturn]] void unexpected(const std::string& what) const {
    throw DataError(where() + " holds " + what + ", expected " + expected());
  }
  [[noreturn]] void refuse(const std::string& field, const std::string& what,
                           const std::string& wanted) const {
    throw DataError(where() + ": " + field + " is " + what + ", expected " + wanted);
  }
  [[noreturn]] void twice(const std::string& word) const {
    throw DataError(where() + ": the key " + shown(word) + " stands twice in one object");
  }

  const std::string& file_;
  At at_ = At::kStart;
  std::string tensor_;            // the name last read
  HeaderEntry* entry_ = nullptr;  // of it
  std::string* value_ = nullptr;  // of the metadata's key last read
  bool had_metadata_ = false, had_type_ = false, had_shape_ = false, had_offsets_ = false;
  size_t offsets_ = 0;
};

}  // namespace

SafetensorsHeader parse_header(std::string_view text, const std::string& name) {
  if (!text.starts_with('{'))
    throw DataError(name + ": its header does not begin with '{'", "Is it a safetensors file?");
  Reader reader(name);
  json::sax_parse(text, &reader);
  return std::move(reader.header);
}

bool bytes_of(ElementType type, const std::vector<int64_t>& shape, uint64_t& bytes) {
  int64_t product = size_of(type);
  for (const int64_t size : shape)
    if (__builtin_mul_overflow(product, size, &product)) return false;
  bytes = uint64_t(product);
  return true;
}

}  // namespace cudal1::model
