#include "cudal1/core/folder_lock.h"

#include <gtest/gtest.h>

#include <optional>

#include "cudal1/core/error.h"

namespace cudal1 {
namespace {

TEST(FolderLock, IsHeldByOneAtATime) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "folder_lock";
  std::filesystem::create_directories(folder);
  std::optional<FolderLock> first(std::in_place, folder);
  EXPECT_THROW(FolderLock second(folder), DataError);
  const FolderLock moved = std::move(*first);
  first.reset();
  EXPECT_THROW(FolderLock second(folder), DataError);
}

TEST(FolderLock, IsFreeAgainAfterwards) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "folder_free";
  std::filesystem::create_directories(folder);
  { const FolderLock first(folder); }
  EXPECT_NO_THROW(FolderLock second(folder));
}

TEST(FolderLock, NeedsAFolder) { EXPECT_THROW(FolderLock lock("/nowhere/at/all"), OutputError); }

}  // namespace
}  // namespace cudal1
