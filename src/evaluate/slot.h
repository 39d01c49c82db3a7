// One evaluation slot: a worker process, replaced when it hangs, dies or loses its device.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "compile_service.h"
#include "cudal1/core/subprocess.h"
#include "cudal1/evaluate/evaluator.h"
#include "protocol.h"

namespace cudal1::evaluate {

struct SlotOptions {
  OpenRequest open;
  EvaluationOptions evaluation;
  std::filesystem::path log;  // the worker's stderr; empty: none is kept
};

// Used by one thread at a time.
class Slot {
 public:
  Slot(SlotOptions options, CompileService& compiler);
  ~Slot();

  // DataError when the reference itself cannot be run; EnvironmentError when the worker cannot work
  // at all.
  Evaluation evaluate(const Task& task, const Candidate& candidate);
  // Throws the worker away, so that the next evaluation begins in a process that has run nothing.
  void renew();
  std::string device();

 private:
  using Worker = std::unique_ptr<Subprocess>;
  Worker start() const;
  Worker next();
  Worker& ready();
  void stock_up();
  Evaluation converse(const EvaluateRequest& request);
  void replace();
  void lose();

  SlotOptions options_;
  CompileService& compiler_;
  Worker worker_;
  std::deque<Worker> spares_;  // they start while the worker works: a replacement costs no start-up
  size_t losses_ = 0;          // workers lost since an evaluation left one in order
  std::string device_;
  bool opened_ = false;
};

}  // namespace cudal1::evaluate
