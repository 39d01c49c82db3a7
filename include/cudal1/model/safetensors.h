// Files of named tensors: https://huggingface.co/docs/safetensors. Eight bytes of header length, a JSON header, the data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cudal1::model {

enum class ElementType { kF64, kF32, kF16, kBF16, kI64, kI32, kI16, kI8, kU8, kBool };
const char* name_of(ElementType type);  // as the format spells it: "F32", "BF16", "BOOL"
int64_t size_of(ElementType type);      // bytes

// A tensor in memory that somebody else owns, row-major without gaps. That of a file lies as the file has it: perhaps not
// aligned to its elements.
struct TensorView {
  ElementType type = ElementType::kF32;
  std::vector<int64_t> shape;
  std::span<const std::byte> bytes;
};

// A mapped file, read-only. Move-only; views live as long as it does.
class Safetensors {
 public:
  // DataError naming file and tensor for a header that is no JSON, too long or contradictory, an unknown element type,
  // data that overlaps, has gaps, lies outside the file or does not fit its shape.
  static Safetensors open(const std::filesystem::path& path);
  Safetensors(Safetensors&&) noexcept;
  Safetensors& operator=(Safetensors&&) noexcept;
  ~Safetensors();

  const std::map<std::string, TensorView>& tensors() const;
  const std::map<std::string, std::string>& metadata() const;

 private:
  struct Impl;
  explicit Safetensors(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The header of a file that has `file_bytes` bytes in all; `data` is what follows the header. For open() and fuzzing.
std::map<std::string, TensorView> parse_safetensors(std::span<const std::byte> file, const std::string& name,
                                                    std::map<std::string, std::string>& metadata);

// Written beside and renamed: a reader sees the old file or the new one. Throws OutputError.
void write_safetensors(const std::filesystem::path& path, const std::map<std::string, TensorView>& tensors,
                       const std::map<std::string, std::string>& metadata = {{"format", "pt"}});

}  // namespace cudal1::model
