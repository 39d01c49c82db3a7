// What the device side's text says about block sizes: whether a kernel works for any of them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace cudal1::search {

// The device side as words: names, numbers and punctuation without comments, strings and spaces.
class DeviceText {
 public:
  explicit DeviceText(std::string_view source);

  // Whether `kernel` (unqualified) reads its block's size in x from blockDim.x and nothing that can
  // be seen ties it to `threads` threads: no launch bounds, no second dimension, no fixed shared
  // array that could hold a value per thread, no number that goes with it, here or in what it may
  // call. `name` stands for the size and may be defined, but not used. False when the kernel is not
  // found.
  bool fits_any_block(const std::string& kernel, int64_t threads, const std::string& name) const;
  // Whether a grid that does not follow from the block's size still covers everything: the kernel
  // strides by blockDim.x, or by the whole grid.
  bool strides(const std::string& kernel) const;

 private:
  struct Word {
    std::string text;
    bool directive = false;  // on a line that begins with #
  };
  struct Range {
    size_t begin, body, end;  // declaration, '{', one after '}'
  };

  std::vector<Range> find_kernel(const std::string& name) const;
  std::vector<Range> kernels() const;
  bool contains(const Range& range, std::initializer_list<std::string_view> words) const;
  bool numbers_blocks(const Range& range) const;
  bool has_fixed_shared_array(const Range& range) const;
  bool has_number_of(size_t begin, size_t end, int64_t threads, const std::string& name) const;
  bool uses(const std::string& name) const;
  bool defines(size_t word) const;
  size_t matching(size_t open) const;

  std::vector<Word> words_;
  std::vector<Range> kernels_;
};

}  // namespace cudal1::search
