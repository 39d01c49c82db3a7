#include "cli/measurement_report.h"

#include <algorithm>
#include <cmath>

#include "cudal1/cli/figures.h"
#include "cudal1/cli/table.h"
#include "cudal1/cli/values.h"

namespace cudal1::cli {
namespace {

using evaluate::Measurement;

std::string decided(measure::Decision decision, const Style& style) {
  const std::string word = measure::to_string(decision);
  if (decision == measure::Decision::kFaster) return style.green(word);
  return decision == measure::Decision::kSlower ? style.red(word) : style.yellow(word);
}

std::string pair_of_times(double reference_ns, double candidate_ns) {
  std::string text = show_nanoseconds(reference_ns) + " → " + show_nanoseconds(candidate_ns);
  if (candidate_ns > 0) text += " (" + show_factor(reference_ns / candidate_ns) + ")";
  return text;
}

std::string show_millijoules(double mj) {
  return mj < 1 ? show_fixed(mj * 1000, mj < 0.01 ? 2 : 0) + " µJ" : show_fixed(mj, 1) + " mJ";
}

std::string energy(const Measurement& m, const Style& style) {
  if (!m.energy_missing.empty())
    return detail("energy per call", style.yellow("not measured: " + m.energy_missing));
  if (m.reference_energy_mj <= 0) return "";
  return detail("energy per call", show_millijoules(m.reference_energy_mj) + " → " +
                                       show_millijoules(m.candidate_energy_mj) + " (" +
                                       show_factor(m.candidate_energy_mj / m.reference_energy_mj) +
                                       ")");
}

std::string discarded(const Measurement& m) {
  const size_t count = m.discarded_blocks.size();
  if (count == 0) return "";
  return std::to_string(count) + (count == 1 ? " block" : " blocks") +
         " discarded, the first: " + m.discarded_blocks.front().reason;
}

std::string sm_clock(const Measurement& m, const Style& style) {
  std::vector<double> known;
  std::ranges::copy_if(m.sm_mhz, std::back_inserter(known), [](double mhz) { return mhz > 0; });
  std::string text =
      known.empty() ? "" : std::to_string(std::lround(measure::median(known))) + " MHz";
  if (m.clock_unstable)
    text += style.yellow("; clock unstable: most blocks differ in it, and all were kept");
  const std::string gone = discarded(m);
  if (!gone.empty()) text += (text.empty() ? "" : "; ") + gone;
  return text.empty() ? "" : detail("SM clock", text);
}

std::string clock(const Measurement& m) {
  std::string how = m.clock;
  if (m.candidate_ns.size() > 1)
    how += ", " + std::to_string(m.candidate_ns.size()) + " pairs, stopped by " + m.stopped_by;
  if (!m.stop_rule.empty() && m.candidate_ns.size() > 1) how += " (" + m.stop_rule + ")";
  return detail("clock", how);
}

std::string main_figures(const Measurement& m, const Style& style) {
  const std::string prefix = label(m);
  std::string text = detail(prefix + "reference", show_time(m.reference_ns)) +
                     detail(prefix + "candidate", show_time(m.candidate_ns)) +
                     detail(prefix + "speedup", style.bold(show_speedup(m.speedup)) + "  " +
                                                    decided(m.decision, style));
  if (!m.reason.empty()) text += detail("because", m.reason);
  return text;
}

std::string slower_shapes(const Measurement& m) {
  std::string names;
  for (const evaluate::ShapeTiming& shape : m.shapes)
    if (shape.decision == measure::Decision::kSlower)
      names += (names.empty() ? "" : ", ") + shape.function + "()";
  return names;
}

std::string shapes(const Measurement& m, const Style& style) {
  if (m.shapes.empty()) return "";
  const std::string prefix = label(m);
  Table table({{"other inputs"},
               {prefix + "reference", Align::kRight},
               {prefix + "candidate", Align::kRight},
               {prefix + "speedup", Align::kRight},
               {""}});
  for (const evaluate::ShapeTiming& shape : m.shapes)
    table.row({shape.function + "()", show_nanoseconds(shape.reference_ns),
               show_nanoseconds(shape.candidate_ns), show_speedup(shape.speedup),
               measure::to_string(shape.decision)});
  std::string text = "\n" + table.render(style, 2);
  if (const std::string slower = slower_shapes(m); !slower.empty())
    text += style.yellow("  slower on " + slower) + "\n";
  return text;
}

}  // namespace

std::string detail(const std::string& name, const std::string& value) {
  return "  " + name + std::string(size_t(std::max(1, 26 - display_width(name))), ' ') + value +
         "\n";
}

std::string render_noise_floor(const Measurement& m, const std::string& of) {
  if (m.noise_floor <= 0) return "";
  return detail("noise floor",
                "±" + show_fixed(100 * m.noise_floor, 2) + " % (" + of + " against itself)");
}

std::string render_measurement(const Measurement& m, const Style& style) {
  std::string text = main_figures(m, style) + render_noise_floor(m, "the reference");
  if (m.floor_ns > 0)
    text += detail(label(m) + "% of roofline",
                   show_roofline(m) + " of " + show_nanoseconds(m.floor_ns));
  if (!m.bound.empty()) text += detail(label(m) + "bound", m.bound);
  if (m.reference_wall_ns > 0)
    text += detail("wall clock", pair_of_times(m.reference_wall_ns, m.candidate_wall_ns));
  if (m.reference_graph_ns > 0)
    text += detail("graph replay", pair_of_times(m.reference_graph_ns, m.candidate_graph_ns));
  text += energy(m, style);
  if (m.own_kernel_share < 0.995)
    text += detail("own kernels", show_fixed(100 * m.own_kernel_share, 0) +
                                      " % of the device time; the rest are library operators");
  return text + sm_clock(m, style) + clock(m) + shapes(m, style);
}

std::string render_confirmation(const Measurement& m, const Style& style) {
  return energy(m, style) + shapes(m, style);
}

}  // namespace cudal1::cli
