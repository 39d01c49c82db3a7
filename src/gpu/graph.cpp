#include "cudal1/gpu/graph.h"

#include <utility>

#include "cudal1/gpu/driver_api.h"

namespace cudal1::gpu {
namespace {

// Armed from begin to end of a capture: an exception in between cannot leave the stream capturing.
class CaptureGuard {
 public:
  CaptureGuard(const Context& context, CUstream stream) : context_(context), stream_(stream) {}
  ~CaptureGuard() {
    if (!armed_) return;
    CUgraph unwanted = nullptr;
    end(&unwanted);
    if (unwanted) context_.driver().api().graph_destroy(unwanted);
  }
  CaptureGuard(const CaptureGuard&) = delete;

  // Thread-local: other threads of the process (torch's) may go on allocating.
  CUresult begin() {
    const CUresult status =
        context_.driver().api().stream_begin_capture(stream_, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    armed_ = status == CUDA_SUCCESS;
    return status;
  }
  CUresult end(CUgraph* graph) {
    armed_ = false;
    return context_.driver().api().stream_end_capture(stream_, graph);
  }

 private:
  const Context& context_;
  CUstream stream_;
  bool armed_ = false;
};

}  // namespace

Result<Graph, DriverFault> Graph::capture(const Context& context, CUstream stream,
                                          const std::function<Result<bool, DriverFault>()>& work) {
  const Driver& driver = context.driver();
  Graph graph(context);
  CaptureGuard guard(context, stream);
  if (const CUresult status = guard.begin(); status != CUDA_SUCCESS)
    return make_fault(driver, status, "cuStreamBeginCapture");
  if (Result<bool, DriverFault> done = work(); !done) return done.error();
  if (const CUresult status = guard.end(&graph.graph_); status != CUDA_SUCCESS)
    return make_fault(driver, status, "cuStreamEndCapture");
  if (const CUresult status = driver.api().graph_get_nodes(graph.graph_, nullptr, &graph.nodes_);
      status != CUDA_SUCCESS)
    return make_fault(driver, status, "cuGraphGetNodes");
  if (const CUresult status = driver.api().graph_instantiate(&graph.executable_, graph.graph_, 0);
      status != CUDA_SUCCESS)
    return make_fault(driver, status, "cuGraphInstantiate");
  return graph;
}

Graph::Graph(Graph&& other) noexcept
    : context_(other.context_),
      graph_(std::exchange(other.graph_, nullptr)),
      executable_(std::exchange(other.executable_, nullptr)),
      nodes_(other.nodes_) {}

Graph& Graph::operator=(Graph&& other) noexcept {
  if (this == &other) return *this;
  destroy();
  context_ = other.context_;
  graph_ = std::exchange(other.graph_, nullptr);
  executable_ = std::exchange(other.executable_, nullptr);
  nodes_ = other.nodes_;
  return *this;
}

void Graph::destroy() noexcept {
  const Driver& driver = context_->driver();
  const Driver::Api& api = driver.api();
  if (executable_) note(driver, api.graph_exec_destroy(executable_), "cuGraphExecDestroy");
  if (graph_) note(driver, api.graph_destroy(graph_), "cuGraphDestroy");
}

Graph::~Graph() { destroy(); }

Result<bool, DriverFault> Graph::launch(CUstream stream) const {
  return checked(context_->driver(), context_->driver().api().graph_launch(executable_, stream),
                 "cuGraphLaunch");
}

}  // namespace cudal1::gpu
