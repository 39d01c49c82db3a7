// From failures to verdicts, and whom to blame.
#pragma once

#include "bench.h"

namespace cudal1::evaluate {

Failure as_failure(const program::Diagnostic& diagnostic);
Verdict verdict_of(Failure failure);
// The last return of the entry's own body, else the entry.
program::SourcePos return_pos(const Runnable& runnable);

}  // namespace cudal1::evaluate
