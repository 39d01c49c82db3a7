#include "staged_copy.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstring>

namespace cudal1::model {
namespace {

TensorView view_of(const std::vector<std::byte>& bytes, int64_t offset, int64_t count) {
  return {ElementType::kF32, {count}, std::span(bytes).subspan(size_t(offset), size_t(count) * 4)};
}

// In buffers that hold a few elements, from where nothing is aligned.
TEST(StagedCopy, MovesWhatIsLargerThanABuffer) {
  const at::Tensor values = at::randn({1001});
  std::vector<std::byte> file(4 * 1001 + 3);
  std::memcpy(file.data() + 3, values.const_data_ptr(), 4 * 1001);
  for (const auto type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    StagedCopy staged(at::kCPU, /*buffer_bytes=*/66);
    const at::Tensor to = at::empty({1001}, type);
    staged.copy(view_of(file, 3, 1001), to);
    EXPECT_TRUE(at::equal(to, values.to(type)));
  }
}

TEST(StagedCopy, WritesIntoAPartOfATensor) {
  std::vector<std::byte> file(4 * 6);
  const at::Tensor values = at::arange(6, at::kFloat);
  std::memcpy(file.data(), values.const_data_ptr(), file.size());
  const at::Tensor whole = at::zeros({4, 3});
  StagedCopy staged(at::kCPU);
  staged.copy({ElementType::kF32, {2, 3}, file}, whole.narrow(0, 1, 2));
  EXPECT_TRUE(at::equal(whole.narrow(0, 1, 2).flatten(), values));
  EXPECT_EQ(whole[0].sum().item().toDouble() + whole[3].sum().item().toDouble(), 0);
}

}  // namespace
}  // namespace cudal1::model
