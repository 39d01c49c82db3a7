#include "cudal1/measure/sm_clock.h"

#include <algorithm>
#include <cmath>

#include "cudal1/measure/statistics.h"

namespace cudal1::measure {
namespace {

std::string whole(double mhz) { return std::to_string(std::lround(mhz)); }

}  // namespace

void ClockRecord::add(std::span<const double> runs_mhz) {
  Block block;
  const bool known =
      !runs_mhz.empty() && std::ranges::all_of(runs_mhz, [](double mhz) { return mhz > 0; });
  if (known)
    block = {median(runs_mhz), *std::ranges::min_element(runs_mhz),
             *std::ranges::max_element(runs_mhz)};
  blocks_.push_back(block);
}

double ClockRecord::usual_mhz() const {
  std::vector<double> known;
  for (const Block& block : blocks_)
    if (block.mhz > 0) known.push_back(block.mhz);
  return known.empty() ? 0 : median(known);
}

std::vector<uint32_t> ClockRecord::suspects() const {
  const double least = (1 - kClockTolerance) * usual_mhz();
  std::vector<uint32_t> found;
  for (uint32_t i = 0; i < blocks_.size(); ++i)
    if (blocks_[i].mhz > 0 && (blocks_[i].mhz < least || blocks_[i].moved())) found.push_back(i);
  return found;
}

bool ClockRecord::too_many(size_t suspects) const {
  const auto known =
      std::ranges::count_if(blocks_, [](const Block& block) { return block.mhz > 0; });
  return 2 * suspects > size_t(known);
}

std::vector<uint32_t> ClockRecord::bad_blocks() const {
  std::vector<uint32_t> found = suspects();
  if (too_many(found.size())) found.clear();
  return found;
}

bool ClockRecord::unstable() const { return too_many(suspects().size()); }

std::string ClockRecord::reason(uint32_t bad_block) const {
  const Block& block = blocks_[bad_block];
  if (block.moved())
    return "the SM clock moved between " + whole(block.least) + " and " + whole(block.most) +
           " MHz";
  return "throttled: " + whole(block.mhz) + " MHz, where " + whole(usual_mhz()) + " MHz are usual";
}

std::vector<double> ClockRecord::mhz() const {
  std::vector<double> result;
  for (const Block& block : blocks_) result.push_back(block.mhz);
  return result;
}

}  // namespace cudal1::measure
