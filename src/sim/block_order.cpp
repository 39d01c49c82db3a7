#include "block_order.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "cudal1/core/mix.h"
#include "cudal1/core/rng.h"

namespace cudal1::sim {
namespace {

// x · factor / 2^64
uint64_t fraction_of(uint64_t factor, uint64_t x) {
  return uint64_t((unsigned __int128)(x)*factor >> 64);
}

}  // namespace

BlockOrder::BlockOrder(uint64_t total, const RunOptions& options)
    : total_(total),
      count_(options.max_blocks == 0 ? total : std::min(options.max_blocks, total)),
      shuffle_(options.schedule == Schedule::kRandom) {
  Rng rng(options.seed);
  sample_key_ = rng.next();
  for (uint64_t& key : keys_) key = rng.next();
  half_bits_ = (uint32_t(std::bit_width(std::max<uint64_t>(count_, 1) - 1)) + 1) / 2;
}

uint64_t BlockOrder::at(uint64_t turn) const {
  const uint64_t place = shuffle_ ? shuffled(turn) : turn;
  return count_ < total_ ? sampled(place) : place;
}

std::vector<uint64_t> BlockOrder::left_out_edges() const {
  std::vector<uint64_t> edges;
  if (count_ == total_) return edges;
  if (sampled(0) != 0) edges.push_back(0);
  if (sampled(count_ - 1) != total_ - 1) edges.push_back(total_ - 1);
  return edges;
}

// One block at random of each of `count_` equal parts of the grid. A kernel that could tell where
// the sample looks would do its work elsewhere. The key and the part alone decide how far into its
// part a block lies, so that equal grids have equal samples.
uint64_t BlockOrder::sampled(uint64_t stratum) const {
  const auto begin_of = [&](uint64_t part) {
    return uint64_t((unsigned __int128)(part)*total_ / count_);
  };
  const uint64_t begin = begin_of(stratum), width = begin_of(stratum + 1) - begin;
  return begin + fraction_of(width, mixed(sample_key_ + stratum * 0x9E3779B97F4A7C15ull));
}

// A Feistel network permutes the numbers of 2·half_bits_ bits; those beyond the last block go
// through it again until they are not.
uint64_t BlockOrder::shuffled(uint64_t turn) const {
  const uint64_t mask = (uint64_t(1) << half_bits_) - 1;
  uint64_t place = turn;
  do {
    uint64_t left = place >> half_bits_, right = place & mask;
    for (const uint64_t key : keys_)
      left = std::exchange(right, left ^ (mixed(right ^ key) & mask));
    place = left << half_bits_ | right;
  } while (place >= count_);
  return place;
}

}  // namespace cudal1::sim
