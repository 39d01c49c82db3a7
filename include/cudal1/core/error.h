// What ends a run. Expected failures of a candidate are values (see core/result.h), never these.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace cudal1 {

// Exit codes of the command line, and of every exception that reaches it.
enum class ExitCode {
  kDone = 0,
  kNothingBetter = 1,  // done, but nothing better was found or a bar was not met
  kUsage = 2,
  kEnvironment = 3,
  kData = 4,
  kOutput = 5,
  kBug = 70,
  kInterrupted = 130,
};

// `what()` says what happened with the value and what was expected; `advice()` what to do about it.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& what, std::string advice)
      : std::runtime_error(what), code_(code), advice_(std::move(advice)) {}
  ExitCode code() const { return code_; }
  const std::string& advice() const { return advice_; }

 private:
  ExitCode code_;
  std::string advice_;
};

// The command line or configuration is wrong.
struct UsageError : Error {
  explicit UsageError(const std::string& what, std::string advice = "")
      : Error(ExitCode::kUsage, what, std::move(advice)) {}
};

// This machine lacks something: a driver, NVRTC, memory, permissions.
struct EnvironmentError : Error {
  explicit EnvironmentError(const std::string& what, std::string advice = "")
      : Error(ExitCode::kEnvironment, what, std::move(advice)) {}
};

// What the user gave as input cannot be used.
struct DataError : Error {
  explicit DataError(const std::string& what, std::string advice = "")
      : Error(ExitCode::kData, what, std::move(advice)) {}
};

// A result could not be written.
struct OutputError : Error {
  explicit OutputError(const std::string& what, std::string advice = "")
      : Error(ExitCode::kOutput, what, std::move(advice)) {}
};

}  // namespace cudal1
