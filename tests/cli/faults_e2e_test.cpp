// Every planted fault gets its own verdict, and the message leads to the line that is marked // FAULT.
#include <algorithm>
#include <map>

#include "binary.h"

namespace cudal1::e2e {
namespace {

// Where the verdict must point: the marked line, or where the marked line's effect shows.
enum class Points { kFault, kNear };

struct Expected {
  const char* name;
  const char* verdict;
  const char* rule;          // "" for none
  Points points;
  const char* says;          // part of the message
  const char* alone;         // the verdict where the program is judged against itself
};
void PrintTo(const Expected& one, std::ostream* out) { *out << one.name; }

// A program alone has no oracle: what only computes something else passes against itself.
const Expected kTable[] = {
    {"block_too_large", "runtime_failed", "launch_refused", Points::kNear, "2048", "runtime_failed"},
    {"device_assert", "runtime_failed", "trap", Points::kFault, "trap", "runtime_failed"},
    {"device_trap", "runtime_failed", "trap", Points::kFault, "trap", "runtime_failed"},
    {"divergent_barrier", "runtime_failed", "", Points::kNear, "barrier", "runtime_failed"},
    {"empty_grid", "runtime_failed", "launch_refused", Points::kNear, "empty grid", "runtime_failed"},
    {"host_check_fails", "runtime_failed", "check", Points::kFault, "expected a matrix, got 1 dimensions", "runtime_failed"},
    {"host_division_by_zero", "runtime_failed", "division_by_zero", Points::kFault, "division by zero", "runtime_failed"},
    {"host_endless_loop", "timed_out", "", Points::kFault, "did not end within 10 s", "timed_out"},
    {"host_syntax_error", "compile_failed", "", Points::kFault, "(", "compile_failed"},
    {"huge_static_array", "rejected", "module_state", Points::kNear, "400 MiB", "rejected"},
    {"ignored_strides", "wrong_output", "", Points::kNear, "on inputs_slice()", "passed"},
    {"infinite_loop", "timed_out", "", Points::kFault, "", "timed_out"},
    {"input_mutation", "rejected", "input_mutation", Points::kFault, "store", "passed"},
    {"misaligned_vector_access", "runtime_failed", "misaligned", Points::kFault, "aligned to 16", "runtime_failed"},
    {"missing_barrier", "runtime_failed", "shared_race", Points::kNear, "line 8", "runtime_failed"},
    {"missing_output", "wrong_output", "", Points::kFault, "1 output, expected 2", "passed"},
    {"nan_output", "wrong_output", "", Points::kNear, "nan, expected", "passed"},
    {"null_pointer", "runtime_failed", "out_of_bounds", Points::kFault, "load at 0x0", "runtime_failed"},
    {"off_by_one_store", "runtime_failed", "out_of_bounds", Points::kFault, "past the end", "runtime_failed"},
    {"out_of_bounds_read", "runtime_failed", "out_of_bounds", Points::kFault, "past the end", "runtime_failed"},
    {"output_on_cpu", "wrong_output", "", Points::kFault, "on the CPU, expected on the GPU", "passed"},
    {"returns_input", "wrong_output", "", Points::kFault, "argument 1 itself", "passed"},
    {"returns_input_unwritten", "wrong_output", "", Points::kNear, "never written, the first at [0]", "wrong_output"},
    {"shared_out_of_bounds", "runtime_failed", "out_of_bounds", Points::kNear, "shared memory", "runtime_failed"},
    {"shared_overflow", "runtime_failed", "launch_refused", Points::kNear, "shared memory", "runtime_failed"},
    {"state_between_launches", "wrong_output", "", Points::kNear, "called again", "wrong_output"},
    {"syntax_error", "compile_failed", "", Points::kFault, "expected an expression", "compile_failed"},
    {"tensor_on_cpu", "runtime_failed", "check", Points::kFault, "data_ptr of a CPU tensor", "runtime_failed"},
    {"unwritten_tail", "wrong_output", "", Points::kNear, "never written, the first at [896]", "wrong_output"},
    {"wrong_argument_count", "compile_failed", "", Points::kFault, "takes 3 arguments", "compile_failed"},
    {"wrong_constant", "wrong_output", "", Points::kNear, "elements are wrong, the first at [", "passed"},
    {"wrong_dtype", "wrong_output", "", Points::kFault, "Double[1013], expected Float[1013]", "passed"},
    {"wrong_shape", "wrong_output", "", Points::kFault, "[1013, 1], expected Float[1013]", "passed"},
    {"zero_output", "wrong_output", "", Points::kNear, "0, expected", "passed"},
    {"uninitialised_shared", "runtime_failed", "uninitialised_read", Points::kNear, "shared", "runtime_failed"},
};

fs::path folder() { return source_directory() / "tests" / "evaluate" / "faults"; }

int marked_line(const std::string& source) {
  const size_t at = source.find("// FAULT");
  return at == std::string::npos ? 0 : 1 + int(std::count(source.begin(), source.begin() + long(at), '\n'));
}

std::string text(const nlohmann::json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() || found->is_null() ? "" : found->get<std::string>();
}

class Faults : public testing::TestWithParam<Expected> {
 protected:
  std::string candidate() const { return (folder() / (GetParam().name + std::string(".cu"))).string(); }
  std::string right() const { return (folder() / (GetParam().name + std::string(".ok.cu"))).string(); }
};

TEST_P(Faults, IsFound) {
  const Expected& expected = GetParam();
  const Outcome run = cudal1(fresh_folder(), {"eval", candidate(), "--reference", right(), "--json", "-", "--device", "sim"});
  SCOPED_TRACE(run.out + run.err);
  EXPECT_EQ(run.code, 1);
  const nlohmann::json json = run.json();
  const std::string message = text(json, "message");
  EXPECT_EQ(text(json, "verdict"), expected.verdict);
  if (*expected.rule) {
    EXPECT_EQ(text(json, "rule"), expected.rule);
  }
  EXPECT_NE(message.find(expected.says), std::string::npos) << message;
  EXPECT_EQ(message.find(".ok.cu"), std::string::npos) << "the candidate is to blame, not the reference: " << message;
  ASSERT_TRUE(json.contains("line") && json["line"].is_number()) << "no line";
  const int line = json["line"], fault = marked_line(read(candidate()));
  if (expected.points == Points::kFault) {
    EXPECT_EQ(line, fault);
  }
  EXPECT_GT(line, 3) << "a line of the program's own";
  EXPECT_LT(run.seconds, 20);
}

TEST_P(Faults, AloneItFailsTheSameWay) {
  const Expected& expected = GetParam();
  const Outcome run = cudal1(fresh_folder(), {"eval", candidate(), "--json", "-", "--device", "sim"});
  SCOPED_TRACE(run.out + run.err);
  EXPECT_EQ(text(run.json(), "verdict"), expected.alone);
  if (std::string(expected.alone) == expected.verdict) {
    if (*expected.rule) {
      EXPECT_EQ(text(run.json(), "rule"), expected.rule);
    }
    if (expected.points == Points::kFault) {
      EXPECT_EQ(run.json()["line"], marked_line(read(candidate())));
    }
  }
  EXPECT_EQ(run.code == 0, std::string(expected.alone) == "passed");
  EXPECT_LT(run.seconds, 60);
}

TEST_P(Faults, WithoutTheFaultItPasses) {
  const Outcome run = cudal1(fresh_folder(), {"eval", right(), "--json", "-", "--device", "sim"});
  SCOPED_TRACE(run.out + run.err);
  EXPECT_EQ(run.code, 0);
  EXPECT_EQ(text(run.json(), "verdict"), "passed");
  EXPECT_NEAR(run.json().value("/speedup/median"_json_pointer, 0.0), 1.0, 0.01);
}

INSTANTIATE_TEST_SUITE_P(Planted, Faults, testing::ValuesIn(kTable),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(FaultTable, NamesEveryFile) {
  std::map<std::string, int> listed;
  for (const Expected& expected : kTable) ++listed[expected.name];
  for (const auto& entry : fs::directory_iterator(folder())) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".cu") || name.ends_with(".ok.cu")) continue;
    EXPECT_EQ(listed[entry.path().stem().string()], 1) << name;
  }
}

}  // namespace
}  // namespace cudal1::e2e
