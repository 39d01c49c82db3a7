// Judges one program without running it.
#pragma once

#include <optional>
#include <string>

#include "cudal1/cli/check_report.h"
#include "cudal1/gpu/compile_pool.h"
#include "cudal1/program/check.h"

namespace cudal1::cli {

struct CheckOptions {
  std::optional<program::CallRequest> call;
  const program::OperatorCatalog* catalog = nullptr;
  gpu::CompilePool* compile_pool = nullptr;  // null: --host-only
  std::string arch = "sm_90";
};

// Safe to call from several threads at once.
CheckedFile check_file(const std::string& path, const CheckOptions& options);

}  // namespace cudal1::cli
