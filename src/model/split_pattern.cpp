#include "split_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <stdexcept>

#include "cudal1/core/error.h"
#include "translate_pattern.h"
#include "utf8.h"

namespace cudal1::model {
namespace {

constexpr size_t kMaxPatternBytes = 16384;
// Steps of a match. Published patterns need about one for each byte that they match; a text may
// take no more than a multiple of its bytes, so that no pattern hangs.
constexpr uint32_t kFreeSteps = 1000;                           // at each character
constexpr int64_t kStepsPerByte = 64, kStepsPerText = 100'000;  // beyond those, for the whole text
constexpr size_t kStackBytes = 32u << 10, kMaxStackBytes = 4u << 20;

std::string message_of(int error) {
  PCRE2_UCHAR text[256] = {};
  pcre2_get_error_message(error, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

std::string translated(std::string_view pattern, const std::string& name) {
  if (pattern.size() > kMaxPatternBytes)
    throw DataError(name + ": a pattern of " + std::to_string(pattern.size()) + " bytes; at most " +
                    std::to_string(kMaxPatternBytes) + " are taken");
  try {
    return pcre_of(pattern);
  } catch (const std::invalid_argument& error) {
    throw DataError(name + ": " + error.what());
  }
}

pcre2_code* compile(const std::string& pattern, const std::string& name) {
  const std::unique_ptr<pcre2_compile_context, void (*)(pcre2_compile_context*)> context(
      pcre2_compile_context_create(nullptr), pcre2_compile_context_free);
  if (!context) throw std::bad_alloc();
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  int error = 0;
  PCRE2_SIZE at = 0;
  // Oniguruma's ^ and $ are always those of lines.
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_ANCHORED, &error,
                                   &at, context.get());
  if (code == nullptr)
    throw DataError(name + ": PCRE2 does not take the pattern: " + message_of(error));
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);  // where there is none, it is interpreted
  return code;
}

}  // namespace

struct SplitPattern::Code {
  Code(std::string_view pattern, const std::string& field)
      : name(field), code(compile(translated(pattern, field), field)) {}
  ~Code() { pcre2_code_free(code); }
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;

  std::string name;
  pcre2_code* code;
};

SplitPattern::SplitPattern(std::string_view pattern, const std::string& name)
    : code_(std::make_shared<const Code>(pattern, name)) {}

struct Pieces::State {
  explicit State(std::shared_ptr<const SplitPattern::Code> pattern)
      : code(std::move(pattern)),
        match(pcre2_match_data_create(1, nullptr)),
        context(pcre2_match_context_create(nullptr)),
        stack(pcre2_jit_stack_create(kStackBytes, kMaxStackBytes, nullptr)) {
    if (match == nullptr || context == nullptr) throw std::bad_alloc();
    pcre2_set_heap_limit(context, kMaxStackBytes >> 10);
    if (stack != nullptr) pcre2_jit_stack_assign(context, nullptr, stack);
  }
  ~State() {
    pcre2_jit_stack_free(stack);
    pcre2_match_context_free(context);
    pcre2_match_data_free(match);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  std::shared_ptr<const SplitPattern::Code> code;
  pcre2_match_data* match;
  pcre2_match_context* context;
  pcre2_jit_stack* stack;
};

Pieces::Pieces(const SplitPattern& pattern) : state_(std::make_unique<State>(pattern.code_)) {}
Pieces::Pieces(Pieces&&) noexcept = default;
Pieces::~Pieces() = default;

void Pieces::start(std::string_view text) {
  text_ = text;
  taken_ = from_ = 0;
  last_.reset();
  after_gap_.reset();
  steps_left_ = kStepsPerText + kStepsPerByte * int64_t(text.size());
}

int Pieces::match_at(size_t at) {
  for (int64_t steps = kFreeSteps;; steps *= 8) {
    pcre2_set_match_limit(state_->context, uint32_t(steps));
    const int found =
        pcre2_match(state_->code->code, reinterpret_cast<PCRE2_SPTR>(text_.data()), text_.size(),
                    at, PCRE2_NO_UTF_CHECK, state_->match, state_->context);
    if (found != PCRE2_ERROR_MATCHLIMIT || 8 * steps > std::min<int64_t>(steps_left_, UINT32_MAX))
      return found;
    steps_left_ -= 8 * steps;
  }
}

// Character by character, as the pattern is anchored: only then one attempt's steps are those of
// one place.
std::optional<Pieces::Match> Pieces::search() {
  for (; from_ <= text_.size(); from_ += from_ < text_.size() ? utf8_at(text_, from_).length : 1) {
    const int found = match_at(from_);
    if (found == PCRE2_ERROR_NOMATCH) continue;
    if (found < 0)
      throw DataError(state_->code->name + ": the pattern fails on a text: " + message_of(found));
    const size_t end = pcre2_get_ovector_pointer(state_->match)[1];
    if (end == from_ && last_ == end) continue;  // empty, right after the last one
    const Match match = {from_, end};
    last_ = from_ = end;
    return match;
  }
  return std::nullopt;
}

bool Pieces::take(size_t first, size_t last, std::string_view& piece) {
  taken_ = last;
  piece = text_.substr(first, last - first);
  return true;
}

bool Pieces::next(std::string_view& piece) {
  if (after_gap_) {
    const Match match = *after_gap_;
    after_gap_.reset();
    return take(match.first, match.last, piece);
  }
  while (taken_ < text_.size()) {
    const std::optional<Match> match = search();
    if (!match) return take(taken_, text_.size(), piece);
    const bool empty = match->first == match->last;
    if (match->first > taken_) {
      if (!empty) after_gap_ = match;
      return take(taken_, match->first, piece);
    }
    if (!empty) return take(match->first, match->last, piece);
  }
  return false;
}

}  // namespace cudal1::model
