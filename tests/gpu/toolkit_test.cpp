#include "gpu/toolkit.h"

#include <gtest/gtest.h>

#include <fstream>

#include "temporary_folder.h"

namespace cudal1::gpu {
namespace {

namespace fs = std::filesystem;

TEST(Toolkit, PlacesOfAnInstallationOfLinks) {
  const TemporaryFolder folder;
  const fs::path root = fs::canonical(folder.path());
  for (const char* name : {"include/cub", "store/a", "store/b", "plain"})
    fs::create_directories(root / name);
  std::ofstream(root / "store/a/half.h");
  std::ofstream(root / "store/b/scan.cuh");
  std::ofstream(root / "plain/half.h");
  fs::create_symlink(root / "store/a/half.h", root / "include/half.h");
  fs::create_symlink(root / "store/b/scan.cuh", root / "include/cub/scan.cuh");
  fs::create_symlink(root / "gone", root / "include/dangling.h");
  std::vector<fs::path> expected = {root / "include", root / "store/a", root / "store/b"};
  EXPECT_EQ(places_of({root / "include"}), expected);
  EXPECT_EQ(places_of({root / "plain"}), std::vector<fs::path>{root / "plain"});
  EXPECT_EQ(places_of({root / "missing"}), std::vector<fs::path>{root / "missing"});
}

}  // namespace
}  // namespace cudal1::gpu
