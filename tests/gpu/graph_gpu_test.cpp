#include "cudal1/gpu/graph.h"

#include "device_fixture.h"

namespace cudal1::gpu {
namespace {

class GraphTest : public DeviceTest {
 protected:
  Result<bool, DriverFault> add(const Context& context, CUfunction kernel, CUdeviceptr memory,
                                CUstream stream) {
    void* parameters[] = {&memory};
    return launch(context, kernel, {}, {32, 1, 1}, 0, stream, parameters);
  }
};

constexpr char kAdd[] = "extern \"C\" __global__ void add(int* x) { x[threadIdx.x] += 1; }";

TEST_F(GraphTest, ReplaysWhatWasCaptured) {
  const Module module_of_add = module(kAdd);
  const CUfunction kernel = function(module_of_add, "add");
  const GuardedBuffer memory = buffer(32 * 4);
  const Stream stream(context());
  expect(fill_words(context(), memory.get(), 0, 32, stream.get()));
  expect(stream.synchronize());
  const Result<Graph, DriverFault> graph = Graph::capture(context(), stream.get(), [&] {
    Result<bool, DriverFault> first = add(context(), kernel, memory.get(), stream.get());
    return first ? add(context(), kernel, memory.get(), stream.get()) : first;
  });
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->nodes(), 2u);
  EXPECT_EQ(read<int>(memory.get(), 32), std::vector<int>(32, 0))
      << "capturing must not run anything";
  for (int i = 0; i < 10; ++i) expect(graph->launch(stream.get()));
  expect(stream.synchronize());
  EXPECT_EQ(read<int>(memory.get(), 32), std::vector<int>(32, 20));
}

TEST_F(GraphTest, FailedCaptureLeavesTheStreamUsable) {
  const Module module_of_add = module(kAdd);
  const CUfunction kernel = function(module_of_add, "add");
  const GuardedBuffer memory = buffer(32 * 4);
  const Stream stream(context());
  const Result<Graph, DriverFault> graph =
      Graph::capture(context(), stream.get(), [&]() -> Result<bool, DriverFault> {
        return DriverFault{CUDA_ERROR_UNKNOWN, "planted"};
      });
  ASSERT_FALSE(graph);
  EXPECT_EQ(graph.error().message, "planted");
  EXPECT_THROW((void)Graph::capture(
                   context(), stream.get(),
                   [&]() -> Result<bool, DriverFault> { throw std::runtime_error("planted"); }),
               std::runtime_error);
  expect(fill_words(context(), memory.get(), 5, 32, stream.get()));
  expect(add(context(), kernel, memory.get(), stream.get()));
  expect(stream.synchronize());
  EXPECT_EQ(read<int>(memory.get(), 32), std::vector<int>(32, 6));
}

TEST_F(GraphTest, DefaultStreamCannotBeCaptured) {
  const Result<Graph, DriverFault> graph =
      Graph::capture(context(), nullptr, []() -> Result<bool, DriverFault> { return true; });
  ASSERT_FALSE(graph);
  EXPECT_FALSE(graph.error().sticky) << graph.error().message;
}

}  // namespace
}  // namespace cudal1::gpu
