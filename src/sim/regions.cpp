#include "regions.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <limits>
#include <new>

namespace cudal1::sim {
namespace {

// How far off an edge an access is still told by it.
constexpr uint64_t kNear = uint64_t(1) << 40;
constexpr int kPlaceBits = 40;  // of a sector's number within its region
constexpr const char* kParameters = "the kernel's parameters";

}  // namespace

void SectorSet::Free::operator()(uint64_t* words) const { std::free(words); }

void SectorSet::open(uint64_t begin, uint64_t end) {
  base_ = begin / kSectorBytes;
  words_ = ((end - 1) / kSectorBytes - base_) / 64 + 1;
  // calloc: pages that no access touches are never made.
  bits_.reset(static_cast<uint64_t*>(std::calloc(words_, sizeof(uint64_t))));
  if (!bits_) throw std::bad_alloc();
}

void SectorSet::add(uint64_t first_sector, uint64_t last_sector) {
  const uint64_t first = first_sector - base_, last = last_sector - base_;
  const uint64_t first_word = first / 64, last_word = last / 64;
  low_ = std::min(low_, first_word);
  high_ = std::max(high_, last_word);
  const uint64_t from = ~uint64_t(0) << (first % 64), to = ~uint64_t(0) >> (63 - last % 64);
  if (first_word == last_word) {
    bits_[first_word] |= from & to;
    return;
  }
  bits_[first_word] |= from;
  for (uint64_t word = first_word + 1; word < last_word; ++word) bits_[word] = ~uint64_t(0);
  bits_[last_word] |= to;
}

uint64_t SectorSet::size() const {
  uint64_t count = 0;
  for (uint64_t word = low_; bits_ && word <= high_ && word < words_; ++word)
    count += uint64_t(std::popcount(bits_[word]));
  return count;
}

RegionTable::RegionTable(const Memory& memory, const Module::Impl& module,
                         std::span<const std::byte> params)
    : memory_(memory) {
  for (const Variable& variable : module.parsed.variables) {
    const auto storage = module.storage.find(variable.name);
    if (storage == module.storage.end() || variable.bytes() == 0) continue;
    const auto begin = uint64_t(storage->second.data());
    const bool is_constant = variable.space == Space::kConst;
    keep({begin, begin + variable.bytes(),
          (is_constant ? "__constant__ " : "__device__ ") + std::string(variable.name),
          !is_constant, ""});
  }
  if (!params.empty()) {
    const auto begin = uint64_t(params.data());
    keep({begin, begin + params.size(), kParameters, false, ""});
  }
}

const RegionView* RegionTable::keep(const Region& region) {
  auto& view = seen_[region.begin];
  view = std::make_unique<RegionView>();
  view->begin = region.begin;
  view->end = region.end;
  view->place = (seen_.size() << kPlaceBits) - region.begin / kSectorBytes;
  view->writable = region.writable && region.protection.empty();
  view->label = region.label;
  view->protection = region.protection;
  return view.get();
}

const RegionView* RegionTable::find(uint64_t address) {
  auto after = seen_.upper_bound(address);
  if (after != seen_.begin()) {
    const RegionView* view = std::prev(after)->second.get();
    if (address < view->end) return view;
  }
  const Region* region = memory_.find(address);
  return region ? keep(*region) : nullptr;
}

std::string bytes_text(uint64_t bytes) {
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

std::string place_past(uint64_t end, uint64_t address, uint64_t bytes) {
  if (address < end)
    return "of which " + bytes_text(address + bytes - end) + " lie past the end of ";
  const uint64_t gap = address - end;
  if (gap == 0) return "directly past the end of ";
  return "which begins " + bytes_text(gap) +
         (gap % bytes == 0
              ? " (" + std::to_string(gap / bytes) + " × " + std::to_string(bytes) + ")"
              : std::string()) +
         " past the end of ";
}

std::string RegionTable::describe_miss(uint64_t address, uint64_t bytes) {
  if (const RegionView* view = find(address))
    return place_past(view->end, address, bytes) + view->label;
  // The nearest edge below or above, of the caller's regions or the module's own.
  uint64_t end = 0, begin = std::numeric_limits<uint64_t>::max();
  std::string past, before;
  const auto consider = [&](uint64_t low, uint64_t high, const std::string& label) {
    if (label.find("cudal1_detail") != std::string::npos) return;  // the prelude's, no one's fault
    if (label == kParameters) return;                              // nobody counts from there
    if (high <= address && high > end) end = high, past = label;
    if (low > address && low < begin) begin = low, before = label;
  };
  if (const Region* below = memory_.nearest_below(address))
    consider(below->begin, below->end, below->label);
  if (const Region* above = memory_.nearest_above(address))
    consider(above->begin, above->end, above->label);
  for (const auto& [from, view] : seen_) consider(from, view->end, view->label);
  const uint64_t over = end > 0 ? address - end : std::numeric_limits<uint64_t>::max();
  const uint64_t under = begin - address;
  if (std::min(over, under) > kNear) return "no memory of the kernel is near";
  // Running on past an end is the commoner fault: only what is far nearer is before a start.
  return under < over / 64 ? "which begins " + bytes_text(under) + " before the start of " + before
                           : place_past(end, address, bytes) + past;
}

std::vector<uint64_t> RegionTable::stored() const {
  std::vector<uint64_t> begins;
  for (const auto& [begin, view] : seen_)
    if (view->stored) begins.push_back(begin);
  return begins;
}

uint64_t RegionTable::unique_loads() const {
  uint64_t count = 0;
  for (const auto& [begin, view] : seen_) count += view->loads.size();
  return count;
}

uint64_t RegionTable::unique_stores() const {
  uint64_t count = 0;
  for (const auto& [begin, view] : seen_) count += view->stores.size();
  return count;
}

}  // namespace cudal1::sim
