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
constexpr double kFarOff = 0.1, kMostFarOff = 0.2;
constexpr double kSteady = 1e-3;
constexpr int64_t kLongRow = 64;  // elements: fewer have no scale of their own

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
  if (tensor.is_floating_point())
    text << element.item().toDouble();
  else if (tensor.is_complex())
    text << element.item().toComplexDouble();
  else
    text << element.item().toLong();
  return text.str();
}

// Elements whose every byte is `poison`: what an unwritten element looks like.
at::Tensor still_poisoned(const at::Tensor& got, int poison) {
  return bytes_of(got).eq(poison).all(1);
}

double rms_of(const at::Tensor& magnitude, const at::Tensor& finite) {
  const at::Tensor kept = at::where(finite, magnitude, at::zeros_like(magnitude));
  const double count = std::max<double>(1, finite.sum().item().toDouble());
  return std::sqrt(kept.square().sum(at::kDouble).item().toDouble() / count);
}

c10::ScalarType wide_type(const at::Tensor& got, const Expected& expected) {
  if (got.is_complex()) return got.scalar_type();
  return got.scalar_type() == at::kDouble || expected.exact.defined() ? at::kDouble : at::kFloat;
}

// Flat, as `magnitude` is.
at::Tensor allowed_error(const at::Tensor& magnitude, const Expected& expected) {
  const Tolerance& t = expected.tolerance;
  const at::Tensor own = magnitude.mul(t.relative).add(t.absolute);
  if (t.of_rms <= 0) return own;
  if (!expected.scale.defined())
    return own.add(t.of_rms * rms_of(magnitude, at::isfinite(magnitude)));
  return own.add(expected.scale.expand_as(expected.value).reshape({-1}).to(magnitude.scalar_type()),
                 t.of_rms);
}

// Says so where too many of the elements that could be right are far off, be they ever so small.
std::optional<Mismatch> far_off(const at::Tensor& got, const Expected& expected) {
  if (!expected.steady.defined()) return std::nullopt;
  const at::Tensor& truth = expected.exact.defined() ? expected.exact : expected.value;
  const at::Tensor e = truth.reshape({-1}).to(at::kDouble), g = got.reshape({-1}).to(at::kDouble);
  const at::Tensor off =
      (g - e).abs().gt(e.abs().mul(kFarOff)).logical_and_(expected.steady.to(e.device()));
  const auto count = uint64_t(off.sum().item().toLong());
  if (double(count) <= kMostFarOff * double(got.numel())) return std::nullopt;
  const int64_t first = off.to(at::kByte).argmax().item().toLong();
  Mismatch mismatch;
  mismatch.count = count;
  mismatch.worst_error = (g - e).abs().max().item().toDouble();
  std::ostringstream text;
  text << count << " of " << got.numel() << " elements are off by more than a tenth of themselves, "
       << "the first at " << index_text(got, first) << ": " << element_text(got, first)
       << ", expected " << element_text(expected.value, first);
  mismatch.message = text.str();
  return mismatch;
}

// True where an element is not near, flat.
at::Tensor far_elements(const at::Tensor& got, const Expected& expected, at::Tensor& error) {
  const c10::ScalarType wide = wide_type(got, expected);
  const at::Tensor& truth = expected.exact.defined() ? expected.exact : expected.value;
  const at::Tensor e = truth.reshape({-1}).to(wide), g = got.reshape({-1}).to(wide);
  const at::Tensor magnitude = e.abs();
  error = (g - e).abs();
  // Of an infinite value everything would be near.
  const at::Tensor near =
      error.le(allowed_error(magnitude, expected)).logical_and_(at::isfinite(magnitude));
  // Equal infinities are right, and so is a NaN where the reference has one.
  const at::Tensor same = g.eq(e).logical_or_(at::isnan(g).logical_and_(at::isnan(e)));
  return near.logical_or_(same).logical_not_();
}

// True where an element is wrong, flat.
at::Tensor wrong_elements(const at::Tensor& got, const Expected& expected, at::Tensor& error) {
  if (!got.is_floating_point() && !got.is_complex()) {
    const at::Tensor wrong = got.reshape({-1}).ne(expected.value.reshape({-1}));
    error = wrong.to(at::kDouble);
    return wrong;
  }
  at::Tensor far = far_elements(got, expected, error);
  if (!expected.truth || !expected.truth->defined()) return far;
  Expected exactly = expected;
  exactly.exact = *expected.truth;
  at::Tensor from_truth;
  return far.logical_and_(far_elements(got, exactly, from_truth));
}

}  // namespace

Tolerance tolerance_for(c10::ScalarType type) {
  const auto both = [](double part) { return Tolerance{part, part, 0}; };
  switch (type) {
    case at::kHalf:
      return both(2e-3);
    case at::kBFloat16:
      return both(1.6e-2);
    case at::kFloat:
      return both(1e-4);
    case at::kDouble:
      return both(1e-9);
    case at::kComplexFloat:
      return both(1e-4);
    case at::kComplexDouble:
      return both(1e-9);
    default:
      return {};
  }
}

Tolerance kernelbench_tolerance(c10::ScalarType type) {
  if (c10::isIntegralType(type, /*includeBool=*/true)) return {};
  const double part = type == at::kHalf || type == at::kBFloat16 ? 1e-2 : 1e-4;
  return {part, 0, part};
}

std::optional<std::string> never_written(const at::Tensor& tensor, int poison) {
  const bool telling =
      (tensor.is_floating_point() || tensor.is_complex()) && tensor.element_size() > 1;
  if (poison < 0 || !telling || tensor.numel() == 0) return std::nullopt;
  const at::Tensor unwritten = still_poisoned(tensor, poison);
  const int64_t count = unwritten.sum().item().toLong();
  if (count == 0) return std::nullopt;
  return std::to_string(count) + " of " + std::to_string(tensor.numel()) +
         " elements were never written, the first at " +
         index_text(tensor, unwritten.to(at::kByte).argmax().item().toLong());
}

std::optional<Mismatch> compare(const at::Tensor& got, const Expected& wanted, int poison) {
  const at::Tensor& expected = wanted.value;
  if (!got.defined()) return Mismatch{"it is an undefined tensor", 0, kInfinity, true};
  if (got.is_nested() || got.layout() != at::kStrided)
    return Mismatch{"it is no plain tensor but nested, sparse or laid out in a library's own way",
                    uint64_t(expected.numel()), kInfinity, true};
  if (got.scalar_type() != expected.scalar_type() || got.sizes() != expected.sizes())
    return Mismatch{"it is " + shape_text(got) + ", expected " + shape_text(expected),
                    uint64_t(expected.numel()), kInfinity, true};
  const bool on_host = got.is_cpu() && (execute::is_left_on_host(got) || !expected.is_cpu());
  if (on_host && !execute::is_left_on_host(expected))
    return Mismatch{"it is on the CPU, expected on the GPU", uint64_t(expected.numel()), kInfinity,
                    true};
  if (!got.is_cpu() && expected.is_cpu()) return compare(got.cpu(), wanted, poison);
  if (got.numel() == 0) return std::nullopt;
  at::Tensor error;
  const at::Tensor wrong = wrong_elements(got, wanted, error);
  const auto count = uint64_t(wrong.sum().item().toLong());
  if (count == 0) return far_off(got, wanted);
  const int64_t first = wrong.to(at::kByte).argmax().item().toLong();
  Mismatch mismatch;
  mismatch.count = count;
  const at::Tensor errors =
      at::where(wrong, error.to(at::kDouble), at::zeros({}, error.options().dtype(at::kDouble)));
  mismatch.worst_error =
      at::nan_to_num(errors, kInfinity, kInfinity, kInfinity).max().item().toDouble();
  std::ostringstream text;
  text << count << " of " << got.numel() << " elements are wrong, the first at "
       << index_text(got, first) << ": " << element_text(got, first) << ", expected "
       << element_text(expected, first);
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

at::Tensor row_scale(const at::Tensor& exact, const at::Tensor& error, double honest,
                     double bound) {
  if (exact.dim() < 2 || exact.size(-1) < kLongRow || bound <= 0) return {};
  const at::Tensor square = exact.to(at::kDouble).square();
  const at::Tensor all = square.mean().sqrt(), row = square.mean(-1, /*keepdim=*/true).sqrt();
  const at::Tensor noise = error.to(at::kDouble).amax(-1, /*keepdim=*/true);
  return at::maximum(row, at::minimum(all, noise.mul(honest / bound)));
}

at::Tensor steady_elements(const at::Tensor& exact, const at::Tensor& error) {
  const at::Tensor magnitude = exact.to(at::kDouble).abs().reshape({-1});
  return error.to(at::kDouble)
      .reshape({-1})
      .lt(magnitude.mul(kSteady))
      .logical_and_(magnitude.gt(1e-30));
}

double relative_error(const at::Tensor& got, const at::Tensor& exact) {
  const at::Tensor e = exact.reshape({-1}).to(at::kDouble), magnitude = e.abs();
  const double rms = rms_of(magnitude, at::isfinite(magnitude));
  if (rms == 0) return 0;
  const at::Tensor error = (got.reshape({-1}).to(at::kDouble) - e).abs() / (magnitude + rms);
  return error.max().item().toDouble();
}

}  // namespace cudal1::evaluate
