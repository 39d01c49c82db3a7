// A folder that one process at a time works in.
#pragma once

#include <filesystem>

namespace cudal1 {

// Held by FOLDER/lock as long as it lives; move-only. The kernel lets go of it when the process
// ends, however it ends.
class FolderLock {
 public:
  // OutputError where the file cannot be made, DataError where another process holds it.
  explicit FolderLock(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  int file_ = -1;  // descriptor
};

}  // namespace cudal1
