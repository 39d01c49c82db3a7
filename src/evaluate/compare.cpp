#include "compare.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>

#include "bench.h"
#include "cudal1/execute/place.h"

namespace cudal1::evaluate {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string shape_text(const at::Tensor& tensor) {
  std::ostringstream text;
  text << c10::toString(tensor.scalar_type()) << tensor.sizes();
  return text.str();
}

// [2, 0, 17] of flat element number `flat`.
std::string index_text(const at::Tensor& tensor, int64_t flat) {
  std::vector<int64_t> index(size_t(tensor.dim()));
  for (int64_t d = tensor.dim() - 1; d >= 0; --d) {
    index[size_t(d)] = flat % tensor.size(d);
    flat /= tensor.size(d);
  }
  std::ostringstream text;
  text << '[';
  for (size_t d = 0; d < index.size(); ++d) text << (d ? ", " : "") << index[d];
  text << ']';
  return text.str();
}

std::string element_text(const at::Tensor& tensor, int64_t flat) {
  std::ostringstream text;
  text.precision(9);
  const at::Tensor element = tensor.reshape({-1})[flat];
  if (tensor.is_floating_point()) text << element.item().toDouble();
  else if (tensor.is_complex()) text << element.item().toComplexDouble();
  else text << element.item().toLong();
  return text.str();
}

// Elements whose every byte is `poison`: what an unwritten element looks like.
at::Tensor still_poisoned(const at::Tensor& got, int poison) {
  return bytes_of(got).eq(poison).all(1);
}

// True where an element is wrong, flat.
at::Tensor wrong_elements(const at::Tensor& got, const at::Tensor& expected, at::Tensor& error) {
  if (!got.is_floating_point() && !got.is_complex()) {
    const at::Tensor wrong = got.reshape({-1}).ne(expected.reshape({-1}));
    error = wrong.to(at::kDouble);
    return wrong;
  }
  const c10::ScalarType wide = got.scalar_type() == at::kDouble ? at::kDouble
                               : got.is_complex()               ? got.scalar_type()
                                                                : at::kFloat;
  const at::Tensor e = expected.reshape({-1}).to(wide), g = got.reshape({-1}).to(wide);
  const at::Tensor magnitude = e.abs();
  const at::Tensor finite = at::isfinite(magnitude);
  const double relative = tolerance_for(got.scalar_type()).relative;
  const at::Tensor kept = at::where(finite, magnitude, at::zeros_like(magnitude));
  const double count = std::max<double>(1, finite.sum().item().toDouble());
  const double rms = std::sqrt(kept.square().sum(at::kDouble).item().toDouble() / count);
  error = (g - e).abs();
  const at::Tensor near = error.le(magnitude.mul(relative).add(relative * rms));
  // Equal infinities are right, and so is a NaN where the reference has one.
  const at::Tensor same = g.eq(e).logical_or_(at::isnan(g).logical_and_(at::isnan(e)));
  return near.logical_or_(same).logical_not_();
}

}  // namespace

Tolerance tolerance_for(c10::ScalarType type) {
  switch (type) {
    case at::kHalf: return {2e-3};
    case at::kBFloat16: return {1.6e-2};
    case at::kFloat: return {1e-4};
    case at::kDouble: return {1e-9};
    case at::kComplexFloat: return {1e-4};
    case at::kComplexDouble: return {1e-9};
    default: return {0};
  }
}

std::optional<std::string> never_written(const at::Tensor& tensor, int poison) {
  const bool telling = (tensor.is_floating_point() || tensor.is_complex()) && tensor.element_size() > 1;
  if (poison < 0 || !telling || tensor.numel() == 0) return std::nullopt;
  const at::Tensor unwritten = still_poisoned(tensor, poison);
  const int64_t count = unwritten.sum().item().toLong();
  if (count == 0) return std::nullopt;
  return std::to_string(count) + " of " + std::to_string(tensor.numel()) + " elements were never written, the first at " +
         index_text(tensor, unwritten.to(at::kByte).argmax().item().toLong());
}

std::optional<Mismatch> compare(const at::Tensor& got, const at::Tensor& expected, int poison) {
  if (!got.defined()) return Mismatch{"it is an undefined tensor", 0, kInfinity, true};
  if (got.scalar_type() != expected.scalar_type() || got.sizes() != expected.sizes())
    return Mismatch{"it is " + shape_text(got) + ", expected " + shape_text(expected), uint64_t(expected.numel()), kInfinity, true};
  const bool on_host = got.is_cpu() && (execute::is_left_on_host(got) || !expected.is_cpu());
  if (on_host && !execute::is_left_on_host(expected))
    return Mismatch{"it is on the CPU, expected on the GPU", uint64_t(expected.numel()), kInfinity, true};
  if (!got.is_cpu() && expected.is_cpu()) return compare(got.cpu(), expected, poison);
  if (got.numel() == 0) return std::nullopt;
  at::Tensor error;
  const at::Tensor wrong = wrong_elements(got, expected, error);
  const auto count = uint64_t(wrong.sum().item().toLong());
  if (count == 0) return std::nullopt;
  const int64_t first = wrong.to(at::kByte).argmax().item().toLong();
  Mismatch mismatch;
  mismatch.count = count;
  const at::Tensor errors = at::where(wrong, error.to(at::kDouble), at::zeros({}, error.options().dtype(at::kDouble)));
  mismatch.worst_error = at::nan_to_num(errors, kInfinity, kInfinity, kInfinity).max().item().toDouble();
  std::ostringstream text;
  text << count << " of " << got.numel() << " elements are wrong, the first at " << index_text(got, first) << ": "
       << element_text(got, first) << ", expected " << element_text(expected, first);
  if (poison >= 0) {
    const at::Tensor unwritten = still_poisoned(got, poison).logical_and_(wrong);
    const int64_t untouched = unwritten.sum().item().toLong();
    if (untouched > 0)
      text << "; " << untouched << " were never written, the first at "
           << index_text(got, unwritten.to(at::kByte).argmax().item().toLong());
  }
  mismatch.message = text.str();
  return mismatch;
}

}  // namespace cudal1::evaluate
