#include "families.h"

#include <ATen/ATen.h>
#include <ATen/Generator.h>

#include <algorithm>
#include <cmath>

#include "bench.h"

namespace cudal1::evaluate {
namespace {

constexpr Family kAll[] = {Family::kRowScaled,    Family::kHeavyTailed, Family::kOneSided,
                           Family::kFineMantissa, Family::kTwoValued,   Family::kFewChanged};

// Least and greatest element; nothing where the tensor is to be left alone.
struct Range {
  double low = 0, high = 0;
  double middle() const { return (low + high) / 2; }
  double half() const { return (high - low) / 2; }
  bool holds(double value) const { return low <= value && value <= high; }
};

bool at_most_two_values(const at::Tensor& x, const Range& range) {
  return x.eq(range.low).logical_or_(x.eq(range.high)).all().item().toBool();
}

std::optional<Range> range_of(const at::Tensor& x) {
  if (!x.is_floating_point() || x.numel() == 0) return std::nullopt;
  if (!at::isfinite(x).all().item().toBool()) return std::nullopt;
  const auto [low, high] = at::aminmax(x.to(at::kDouble));
  const Range range{low.item().toDouble(), high.item().toDouble()};
  if (range.low < range.high && at_most_two_values(x, range)) return std::nullopt;
  return range;
}

// Half a binade to either side of a value; of zero, a quarter.
at::Tensor spread(const at::Tensor& x, double value) {
  const at::Tensor noise = at::rand_like(x, x.options().dtype(at::kFloat)).mul_(2).sub_(1);
  return value == 0 ? noise.mul(0.25) : noise.mul(0.5).add(1).mul(value);
}

at::Tensor row_scaled(const at::Tensor& x, const Range& range) {
  std::vector<int64_t> sizes = x.sizes().vec();
  if (!sizes.empty()) sizes.back() = 1;
  const at::Tensor scale = at::exp2(at::rand(sizes, x.options().dtype(at::kFloat)).mul(-4));
  const double origin = range.holds(0) ? 0 : range.low;
  return x.to(at::kDouble).sub(origin).mul(scale).add(origin);
}

at::Tensor heavy_tailed(const at::Tensor& x, const Range& range) {
  const at::Tensor u = x.to(at::kDouble).sub(range.middle()).div(range.half());
  return u.mul(u.abs().pow(3)).mul(range.half()).add(range.middle());
}

at::Tensor one_sided(const at::Tensor& x, const Range& range) {
  return x.to(at::kDouble).sub(range.middle()).abs().add(range.middle());
}

// Sign, exponent and 9 bits kept, then a tail just below half a unit of the tenth bit.
at::Tensor fine_mantissa(const at::Tensor& x) {
  const at::Tensor exact = x.to(at::kFloat).contiguous();
  const at::Tensor bits = exact.view(at::kInt);
  const at::Tensor mixed =
      bits.bitwise_and(int64_t(int32_t(0xffffc000))).bitwise_or(int64_t(0x00000ff0));
  return at::where(exact.eq(0), exact, mixed.view(at::kFloat));
}

// Sparse, so that sums of many stay small enough to be exact in half precision, too.
at::Tensor two_valued(const at::Tensor& x, const Range& range) {
  const double unit =
      std::exp2(std::floor(std::log2(std::min(1.0, std::max(range.high, -range.low)))));
  at::Tensor ones =
      at::rand_like(x, x.options().dtype(at::kFloat)).lt(0.1).to(at::kFloat).mul_(unit);
  if (range.holds(-unit)) ones = at::where(at::rand_like(ones).lt(0.5), ones, ones.neg());
  return range.high > 0 ? ones : ones.neg();
}

// The mean of two others, which lies in the range and makes no ties.
at::Tensor few_changed(const at::Tensor& x) {
  at::Tensor flat = x.to(at::kDouble).flatten().clone();
  const auto some = [&] {
    return at::randint(flat.numel(), {std::max<int64_t>(2, flat.numel() / 1000)},
                       flat.options().dtype(at::kLong));
  };
  const at::Tensor mean = flat.index_select(0, some()).add(flat.index_select(0, some())).div(2);
  return flat.index_copy_(0, some(), mean).view(x.sizes());
}

at::Tensor of_family(Family family, const at::Tensor& x, const Range& range) {
  switch (family) {
    case Family::kRowScaled:
      return row_scaled(x, range);
    case Family::kHeavyTailed:
      return heavy_tailed(x, range);
    case Family::kOneSided:
      return one_sided(x, range);
    case Family::kFineMantissa:
      return fine_mantissa(x);
    case Family::kTwoValued:
      return two_valued(x, range);
    case Family::kFewChanged:
      return few_changed(x);
  }
  return x;
}

// In half precision there is no mantissa to spare; without zero in the range there are no two exact
// values.
bool fits(Family family, const at::Tensor& x, const Range& range) {
  if (family == Family::kFineMantissa)
    return x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble;
  if (family == Family::kTwoValued)
    return range.holds(0) && std::max(range.high, -range.low) > 1e-3;
  return true;
}

}  // namespace

std::span<const Family> all_families() { return kAll; }

const char* name_of(Family family) {
  switch (family) {
    case Family::kRowScaled:
      return "row-scaled";
    case Family::kHeavyTailed:
      return "heavy-tailed";
    case Family::kOneSided:
      return "one-sided";
    case Family::kFineMantissa:
      return "fine-mantissa";
    case Family::kTwoValued:
      return "two-valued";
    case Family::kFewChanged:
      return "few-changed";
  }
  return "";
}

std::optional<execute::Values> derive(Family family, const execute::Values& inputs, uint64_t seed) {
  at::manual_seed(seed);
  bool changed = false;
  execute::Values derived = map_tensors(inputs, [&](const at::Tensor& x) {
    const auto range = range_of(x);
    const bool constant = range && range->low == range->high;
    if (!range || (constant && family == Family::kFewChanged)) return copy_of(x);
    const at::Tensor base = constant ? spread(x, range->low).to(x.scalar_type()) : x;
    const Range wide = constant ? *range_of(base) : *range;
    if (!fits(family, x, wide)) return copy_of(x);
    changed = true;
    return copy_of(x).copy_(of_family(family, base, wide).clamp(wide.low, wide.high));
  });
  if (!changed) return std::nullopt;
  return derived;
}

}  // namespace cudal1::evaluate
