// Reading what users give and writing what they must not lose.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace cudal1 {

// Whole file. DataError for: missing, a directory, unreadable, larger than `max_bytes`.
std::string read_file(const std::filesystem::path& path, uint64_t max_bytes = 16u << 20);

// Writes beside `path` and renames, so a reader sees the old file or the new one. OutputError on failure
// (full disk included); then `path` is untouched and no temporary stays.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);
// The same of pieces, one after the other: a large file need not be put together in memory.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::string_view> pieces);

// Like write_file_atomically, but never replaces: false when `path` exists.
bool write_new_file(const std::filesystem::path& path, std::string_view content);

// Is this the name of a temporary of the two above? A killed process leaves one behind.
bool is_temporary(const std::filesystem::path& path);
// Removes the temporaries in `folder` itself that nobody has touched for `age`.
void remove_leftovers(const std::filesystem::path& folder, std::chrono::seconds age);

// The folder with all that is in it, links themselves and not what they lead to; nothing where there is none.
// OutputError. (libtorch exports a std::filesystem::remove_all of its own, which crashes.)
void remove_folder(const std::filesystem::path& folder);

// Appends one line and flushes to the kernel; survives a kill right after. OutputError on failure.
class AppendFile {
 public:
  explicit AppendFile(const std::filesystem::path& path);
  ~AppendFile();
  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&&) = delete;
  void line(std::string_view text);

 private:
  int fd_ = -1;
  std::filesystem::path path_;
};

// $XDG_CACHE_HOME/cudal1 or ~/.cache/cudal1, created on demand; CUDAL1_CACHE_DIR overrides.
std::filesystem::path cache_directory();

}  // namespace cudal1
