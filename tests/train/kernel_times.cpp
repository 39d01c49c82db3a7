#include "kernel_times.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdio>
#include <map>

namespace cudal1 {
namespace {

constexpr size_t kNameWidth = 90;

std::string readable(const std::string& mangled) {
  int status = 0;
  char* text = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
  std::string name = status == 0 ? text : mangled;
  std::free(text);
  if (name.starts_with("void ")) name.erase(0, 5);
  return name.substr(0, kNameWidth);
}

struct Total {
  std::string name;
  int count = 0;
  double lasted = 0, added = 0;  // µs
};

std::string line(const Total& total, double whole) {
  char text[200];
  std::snprintf(text, sizeof text, "%6d x %8.2f us  adds %9.1f us %5.1f %%  %s\n", total.count,
                total.lasted / total.count, total.added, 100 * total.added / whole,
                total.name.c_str());
  return text;
}

}  // namespace

std::string table_of(const std::vector<gpu::Activity>& activities) {
  std::map<std::string, Total> totals;
  Total idle{"(nothing)", 0, 0, 0};
  const auto known = std::find_if(activities.begin(), activities.end(),
                                  [](const auto& one) { return one.start_ns > 0; });
  if (known == activities.end()) return "nothing ran\n";
  const uint64_t begin = known->start_ns;
  uint64_t end = begin;
  for (const gpu::Activity& one : activities) {
    if (one.start_ns == 0) continue;  // CUPTI does not know when
    Total& total = totals[one.kind == gpu::ActivityKind::kKernel ? one.name : "(copy or fill)"];
    ++total.count;
    total.lasted += double(one.end_ns - one.start_ns) / 1e3;
    if (one.start_ns > end) {
      ++idle.count;
      idle.added += double(one.start_ns - end) / 1e3;
    }
    if (one.end_ns > end) total.added += double(one.end_ns - std::max(end, one.start_ns)) / 1e3;
    end = std::max(end, one.end_ns);
  }
  const double whole = double(end - begin) / 1e3;
  idle.lasted = idle.added;
  std::vector<Total> sorted = {idle};
  for (auto& [name, total] : totals) sorted.push_back(total), sorted.back().name = readable(name);
  std::sort(sorted.begin(), sorted.end(),
            [](const Total& a, const Total& b) { return a.added > b.added; });
  std::string text;
  for (const Total& total : sorted)
    if (total.count > 0) text += line(total, whole);
  return text;
}

}  // namespace cudal1
