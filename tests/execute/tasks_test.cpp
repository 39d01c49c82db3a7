// Every task gives what its twin in plain ATen gives, on every small set of inputs.
#include <ATen/ATen.h>

#include "workshop.h"

namespace cudal1::execute {
namespace {

class Tasks : public ::testing::TestWithParam<std::string> {};

TEST_P(Tasks, AgreesWithItsTwin) {
  Loaded task = load_file(sim_device(), source_directory() / "data/tasks" / (GetParam() + ".cu"));
  Loaded twin =
      load_file(sim_device(), source_directory() / "tests/tasks/reference" / (GetParam() + ".cu"));
  HostMemory::install().set_poison(0xff);
  const auto functions = task.program().input_functions();
  ASSERT_GE(functions.size(), 3u) << "inputs and two inputs_*";
  for (size_t i = 1; i < functions.size(); ++i) {
    SCOPED_TRACE(functions[i]);
    at::manual_seed(11);
    const auto inputs = task.executor().make_inputs(functions[i]);
    ASSERT_TRUE(inputs.ok()) << at_line(inputs.error());
    const auto got = task.executor().forward(*inputs);
    ASSERT_TRUE(got.ok()) << at_line(got.error());
    const auto wanted = twin.executor().forward(*inputs);
    ASSERT_TRUE(wanted.ok()) << at_line(wanted.error());
    ASSERT_EQ(got->size(), wanted->size());
    for (size_t k = 0; k < got->size(); ++k)
      EXPECT_TRUE(
          at::allclose((*got)[k].to(at::kDouble), (*wanted)[k].to(at::kDouble), 1e-3, 1e-3, true))
          << "output " << k;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Tasks, ::testing::ValuesIn(programs_in("data/tasks")),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace cudal1::execute
