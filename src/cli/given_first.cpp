#include "cli/given_first.h"

namespace cudal1::cli {
namespace {

class GivenFirst : public search::Proposer {
 public:
  GivenFirst(evaluate::Candidate given, std::unique_ptr<search::Proposer> rest)
      : given_(std::move(given)), rest_(std::move(rest)) {}

  std::vector<evaluate::Candidate> propose(size_t count) override {
    if (proposed_ || count == 0) return rest_->propose(count);
    proposed_ = true;
    std::vector<evaluate::Candidate> candidates{given_};
    for (evaluate::Candidate& candidate : rest_->propose(count - 1))
      if (candidate.id() != given_.id()) candidates.push_back(std::move(candidate));
    return candidates;
  }
  void observe(const evaluate::Candidate& candidate,
               const evaluate::Evaluation& evaluation) override {
    rest_->observe(candidate, evaluation);
  }
  size_t space() const override { return rest_->space() == 0 ? 0 : rest_->space() + 1; }

 private:
  evaluate::Candidate given_;
  std::unique_ptr<search::Proposer> rest_;
  bool proposed_ = false;
};

}  // namespace

std::unique_ptr<search::Proposer> given_first(evaluate::Candidate given,
                                              std::unique_ptr<search::Proposer> rest) {
  return std::make_unique<GivenFirst>(std::move(given), std::move(rest));
}

}  // namespace cudal1::cli
