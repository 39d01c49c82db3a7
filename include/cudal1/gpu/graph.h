// CUDA graphs: what a stream was given between two points, replayed with one call.
#pragma once

#include <cstddef>
#include <functional>

#include "cudal1/gpu/driver.h"

namespace cudal1::gpu {

class Graph {
 public:
  // Captures what `work` queues on `stream`, which must not be the default stream. The capture is
  // ended whatever happens: a fault of `work` or an exception leaves the stream usable.
  static Result<Graph, DriverFault> capture(const Context& context, CUstream stream,
                                            const std::function<Result<bool, DriverFault>()>& work);
  Graph(Graph&& other) noexcept;
  Graph& operator=(Graph&& other) noexcept;
  ~Graph();
  Result<bool, DriverFault> launch(CUstream stream) const;
  size_t nodes() const { return nodes_; }

 private:
  explicit Graph(const Context& context) : context_(&context) {}
  void destroy() noexcept;
  const Context* context_;
  CUgraph graph_ = nullptr;
  CUgraphExec executable_ = nullptr;
  size_t nodes_ = 0;
};

}  // namespace cudal1::gpu
