#include "cudal1/search/tuner.h"

#include <algorithm>
#include <map>

#include "parameter_space.h"
#include "point_search.h"

namespace cudal1::search {
namespace {

using evaluate::Candidate;
using evaluate::Evaluation;

// The block sizes come after the tune parameters.
ParameterSpace make_space(const std::vector<program::TuneParam>& tune,
                          const program::TuneSetting& in_force,
                          const std::vector<BlockSize>& blocks) {
  std::vector<Parameter> parameters;
  for (const program::TuneParam& param : tune)
    parameters.push_back(make_parameter(param.name, param.values, in_force.at(param.name)));
  for (const BlockSize& block : blocks)
    parameters.push_back(make_block_parameter("block", block.value));
  return ParameterSpace(std::move(parameters));
}

std::vector<program::TuneParam> open_params(const program::Program& program,
                                            const evaluate::Task& task) {
  std::vector<program::TuneParam> open = program.tune_params();
  std::erase_if(open, [&](const auto& param) { return task.tune.contains(param.name); });
  return open;
}

// The launch of --call is not part of the source, so there is nothing to rewrite.
std::vector<BlockSize> open_blocks(const program::Program& program, const evaluate::Task& task) {
  return task.call ? std::vector<BlockSize>{} : find_block_sizes(program);
}

class Tuner : public Proposer {
 public:
  Tuner(const evaluate::Task& task, const program::Program& program, const TunerOptions& options)
      : task_(task),
        program_(program),
        tune_(open_params(program, task)),
        blocks_(open_blocks(program, task)),
        space_(make_space(tune_, program.tune(), blocks_)),
        search_(space_, {.exhaustive_limit = options.exhaustive_limit,
                         .budget = options.budget,
                         .seed = options.seed,
                         .accept = acceptance(options)}) {
    points_[Candidate{.source = task.source, .tune = task.tune}.id()] = space_.default_point();
  }

  std::vector<Candidate> propose(size_t count) override {
    std::vector<Candidate> candidates;
    for (const Point& point : search_.propose(count)) {
      candidates.push_back(candidate_at(point));
      points_[candidates.back().id()] = point;
    }
    return candidates;
  }

  void observe(const Candidate& candidate, const Evaluation& evaluation) override {
    const auto point = points_.find(candidate.id());
    if (point == points_.end()) return;
    const bool original = point->second == space_.default_point();
    search_.observe(point->second, original ? 1 : evaluation.speedup_low());
  }

  size_t space() const override { return space_.size() - 1; }

 private:
  std::function<bool(const Point&)> acceptance(const TunerOptions& options) const {
    if (!options.accept) return {};
    return
        [this, accept = options.accept](const Point& point) { return accept(setting_at(point)); };
  }

  // Every open parameter, and those that the task fixes.
  program::TuneSetting setting_at(const Point& point) const {
    program::TuneSetting setting = task_.tune;
    for (size_t i = 0; i < tune_.size(); ++i) setting[tune_[i].name] = space_.value(point, i);
    return setting;
  }

  Candidate candidate_at(const Point& point) const {
    std::vector<int64_t> threads;
    for (size_t i = 0; i < blocks_.size(); ++i)
      threads.push_back(std::stoll(space_.value(point, tune_.size() + i)));
    return {.source = blocks_.empty() ? task_.source : with_block_sizes(program_, blocks_, threads),
            .tune = setting_at(point),
            .origin = "tuner",
            .summary = summary(point, threads)};
  }

  // "BLOCK=512 ITEMS=4, threads 256 → 128"
  std::string summary(const Point& point, const std::vector<int64_t>& threads) const {
    std::string text;
    for (size_t i = 0; i < tune_.size(); ++i)
      text += (text.empty() ? "" : " ") + tune_[i].name + "=" + space_.value(point, i);
    for (size_t i = 0; i < blocks_.size(); ++i) {
      if (threads[i] == blocks_[i].value) continue;
      const std::string& name = blocks_[i].name;
      text += (text.empty() ? "" : ", ") +
              (name.empty() ? "block of " + blocks_[i].kernels : name) + " " +
              std::to_string(blocks_[i].value) + " → " + std::to_string(threads[i]);
    }
    return text;
  }

  const evaluate::Task& task_;
  const program::Program& program_;
  std::vector<program::TuneParam> tune_;
  std::vector<BlockSize> blocks_;
  ParameterSpace space_;
  PointSearch search_;
  std::map<std::string, Point> points_;  // by candidate id
};

}  // namespace

std::unique_ptr<Proposer> make_tuner(const evaluate::Task& task, const program::Program& program,
                                     const TunerOptions& options) {
  return std::make_unique<Tuner>(task, program, options);
}

}  // namespace cudal1::search
