// Every accepted program runs, and gives what its own `expected` says in plain ATen.
#include <ATen/ATen.h>

#include "workshop.h"

namespace cudal1::execute {
namespace {

class Accepted : public ::testing::TestWithParam<std::string> {};

void expect_equal(const std::vector<at::Tensor>& got, const std::vector<at::Tensor>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].sizes(), wanted[i].sizes()) << "output " << i;
    const double tolerance = got[i].scalar_type() == at::kHalf       ? 1e-2
                             : got[i].scalar_type() == at::kBFloat16 ? 4e-2
                                                                     : 2e-4;
    EXPECT_TRUE(
        at::allclose(got[i].to(at::kDouble), wanted[i].to(at::kDouble), tolerance, tolerance, true))
        << "output " << i << ": worst "
        << (got[i].to(at::kDouble) - wanted[i].to(at::kDouble)).abs().max().item().toDouble();
  }
}

TEST_P(Accepted, GivesWhatItExpects) {
  const auto path = source_directory() / "tests/program/accepted" / (GetParam() + ".cu");
  const std::string source = read_file(path);
  Loaded loaded(sim_device(), path.string(), source);
  HostMemory::install().set_poison(0xff);
  for (const std::string& function : loaded.program().input_functions()) {
    at::manual_seed(7);
    const auto inputs = loaded.executor().make_inputs(function);
    ASSERT_TRUE(inputs.ok()) << at_line(inputs.error());
    Values pristine;
    for (const Value& value : *inputs)
      pristine.push_back(value.is<at::Tensor>() && value.as<at::Tensor>().defined()
                             ? Value(value.as<at::Tensor>().clone())
                             : value);
    const auto got = loaded.executor().forward(*inputs);
    ASSERT_TRUE(got.ok()) << at_line(got.error());
    if (loaded.program().functions("expected").empty()) continue;
    const auto expected = loaded.executor().call("expected", pristine);
    ASSERT_TRUE(expected.ok()) << "expected(): " << at_line(expected.error());
    // A void entry changes its first argument.
    expect_equal(got->empty() ? tensors_in((*inputs)[0]) : *got, tensors_in(*expected));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Accepted, ::testing::ValuesIn(with_inputs()),
                         [](const auto& info) { return test_name(info.param); });

// "// call: k<<<…>>>(…) n=4096" on the first line of a stand-alone file.
program::CallRequest call_line(const std::string& source) {
  std::string line = source.substr(8, source.find('\n') - 8);
  program::CallRequest request;
  for (size_t equals; (equals = line.rfind('=')) != std::string::npos;) {
    const size_t space = line.rfind(' ', equals);
    const std::string name =
        space == std::string::npos ? "" : line.substr(space + 1, equals - space - 1);
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    });
    if (!plain || line.find_first_of(" ()", equals) != std::string::npos) break;
    request.variables[name] = line.substr(equals + 1);
    line.resize(space);
  }
  const size_t begin = line.find_first_not_of(" '"), end = line.find_last_not_of(" '");
  request.expression = line.substr(begin, end - begin + 1);
  return request;
}

class StandAlone : public ::testing::TestWithParam<std::string> {};

TEST_P(StandAlone, RunsWithItsCallLine) {
  const auto path = source_directory() / "tests/program/accepted" / (GetParam() + ".cu");
  const std::string source = read_file(path);
  Loaded loaded(sim_device(), path.string(), source, call_line(source));
  const auto inputs = loaded.executor().make_inputs("inputs");
  ASSERT_TRUE(inputs.ok()) << at_line(inputs.error());
  const auto got = loaded.executor().forward(*inputs);
  ASSERT_TRUE(got.ok()) << at_line(got.error());
  ASSERT_FALSE(got->empty());
}

INSTANTIATE_TEST_SUITE_P(All, StandAlone, ::testing::ValuesIn(stand_alone()),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace cudal1::execute
