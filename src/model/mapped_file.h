// A file as memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace cudal1::model {

// Read-only, move-only. What replaces the file by renaming leaves the mapping as it was.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);  // DataError
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace cudal1::model
