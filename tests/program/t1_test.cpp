// T1 problem files: expressions, the host text that they become, and one test per mistake.
#include "cudal1/program/t1.h"

#include <gtest/gtest.h>

#include "catalog_file.h"
#include "cudal1/core/error.h"
#include "cudal1/program/check.h"

namespace cudal1::program {
namespace {

constexpr const char* kSaxpy = R"({
  "ConfigurationSpace": {
    "TuningParameters": [
      {"Name": "BLOCK", "Type": "int", "Values": "[32 * i for i in range(1, 5)]", "Default": 64},
      {"Name": "TILE", "Type": "int", "Values": "[1, 2] + [4]"}
    ],
    "Conditions": [{"Parameters": ["BLOCK", "TILE"], "Expression": "BLOCK * TILE <= 512"}]
  },
  "KernelSpecification": {
    "Language": "CUDA", "KernelName": "saxpy", "KernelFile": "saxpy.cu",
    "GlobalSizeType": "OpenCL",
    "GlobalSize": {"X": "1000 // TILE"}, "LocalSize": {"X": "BLOCK"},
    "Arguments": [
      {"Name": "x", "Type": "float", "MemoryType": "Vector", "AccessType": "ReadOnly", "Size": 1000,
       "FillType": "Random", "FillValue": 2.0},
      {"Name": "y", "Type": "float", "MemoryType": "Vector", "AccessType": "ReadWrite", "Size": "10 * 100",
       "FillType": "Generator", "DataSource": "(i // 4) * 0.5 if i % 4 < 3 else 1"},
      {"Name": "z", "Type": "uint32", "MemoryType": "Vector", "AccessType": "WriteOnly", "Size": 1000},
      {"Name": "a", "Type": "float", "MemoryType": "Scalar", "FillValue": 0.5},
      {"Name": "n", "Type": "int32", "MemoryType": "Scalar", "FillValue": 1000}
    ]
  }
})";

constexpr const char* kKernel =
    "__global__ void saxpy(const float* x, float* y, unsigned int* z, float a, int n) {}\n";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

// The message and advice of reading `json`.
std::string refusal(const std::string& json,
                    const std::map<std::string, std::string>& overrides = {}) {
  try {
    read_t1("task.json", json, overrides);
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.advice();
  }
  return "nothing was refused";
}

TEST(T1, BecomesAProgramThatPassesTheChecker) {
  const T1Task task = read_t1("task.json", kSaxpy, {});
  EXPECT_EQ(task.kernel_path, "saxpy.cu");
  EXPECT_EQ(task.conditions, std::vector<std::string>{"BLOCK * TILE <= 512"});
  ASSERT_EQ(task.tune.size(), 2u);
  EXPECT_EQ(task.tune[0].values, (std::vector<std::string>{"32", "64", "96", "128"}));
  EXPECT_EQ(task.tune[0].default_value, "64");
  EXPECT_EQ(task.tune[1].default_value, "1");
  const std::string source = task.tune_text + kKernel + task.host_text;
  const auto program = parse("task.cu", source);
  ASSERT_TRUE(program.ok()) << program.error().message << "\n" << source;
  EXPECT_EQ(program->tune_params().size(), 2u);
  for (const Diagnostic& finding :
       check_host(*program, roots_to_check(*program), &test_catalog())) {
    ADD_FAILURE() << render(finding, "task.cu", source);
  }
  EXPECT_EQ(guess_instantiations(*program, roots_to_check(*program)),
            std::vector<std::string>{"saxpy"});
}

TEST(T1, HostTextInFull) {
  EXPECT_EQ(
      read_t1("task.json", kSaxpy, {}).host_text,
      "std::vector<torch::Tensor> forward(torch::Tensor t1_x, torch::Tensor t1_y) {\n"
      "  auto t1_y_out = t1_y.clone();\n"
      "  auto t1_z_out = torch::empty({1000}, torch::dtype(torch::kInt32).device(torch::kCUDA));\n"
      "  saxpy<<<dim3(((1000 / TILE) + BLOCK - 1) / (BLOCK), 1, 1), dim3(BLOCK, 1, 1), 0>>>("
      "t1_x.data_ptr<float>(), t1_y_out.data_ptr<float>(), "
      "reinterpret_cast<uint32_t*>(t1_z_out.data_ptr<int32_t>()), 0.5f, int32_t(1000));\n"
      "  return {t1_y_out, t1_z_out};\n}\n"
      "\nstd::vector<torch::Tensor> inputs() {\n  return {\n"
      "      torch::rand({1000}, torch::dtype(torch::kFloat32).device(torch::kCUDA)) * 2.0, \n"
      "      (torch::where((torch::remainder(torch::arange(1000, "
      "torch::dtype(torch::kFloat64).device(torch::kCUDA)), 4.0)"
      " < 3.0), (torch::floor((torch::arange(1000, "
      "torch::dtype(torch::kFloat64).device(torch::kCUDA)) / 4.0)) * 0.5),"
      " 1.0)).to(torch::kFloat32)};\n}\n");
}

TEST(T1, OverridesReplaceSizesScalarsAndTuneParameters) {
  const T1Task task =
      read_t1("task.json", kSaxpy, {{"n", "500"}, {"x", "2 * 250"}, {"BLOCK", "96"}});
  EXPECT_NE(task.host_text.find("int32_t(500)"), std::string::npos);
  EXPECT_NE(task.host_text.find("torch::rand({500}"), std::string::npos);
  EXPECT_EQ(task.tune[0].values, std::vector<std::string>{"96"});
}

TEST(T1, ProblemSizeOverGridDivisors) {
  const std::string json = replaced(
      kSaxpy, "\"GlobalSizeType\": \"OpenCL\",",
      "\"ProblemSize\": [4096, 16], \"GridDivX\": [\"BLOCK\", \"TILE\"], \"GridDivY\": [],");
  EXPECT_NE(read_t1("task.json", json, {})
                .host_text.find("<<<dim3((4096 + BLOCK * TILE - 1) / (BLOCK * TILE), 16, 1)"),
            std::string::npos);
}

TEST(T1, ConstantMemoryIsCopiedToItsSymbol) {
  const std::string json =
      replaced(kSaxpy,
               "\"Name\": \"x\", \"Type\": \"float\", \"MemoryType\": \"Vector\", \"AccessType\": "
               "\"ReadOnly\"",
               "\"Name\": \"x\", \"Type\": \"float\", \"MemoryType\": \"Symbol\"");
  EXPECT_NE(
      read_t1("task.json", json, {})
          .host_text.find(
              "cudaMemcpyToSymbol(x, t1_x.data_ptr<float>(), 4000, 0, cudaMemcpyDeviceToDevice);"),
      std::string::npos);
}

TEST(T1, MistakesAreNamedByPath) {
  const auto expect = [](const std::string& found, const std::string& part) {
    EXPECT_NE(found.find(part), std::string::npos) << found << "\n  lacks: " << part;
  };
  expect(refusal("{"), "task.json:1: this is no JSON");
  expect(refusal("[]"), "task.json: expected an object, found array");
  expect(refusal("{}"), "task.json: KernelSpecification: missing");
  expect(refusal(replaced(kSaxpy, "\"CUDA\"", "\"OpenCL\"")),
         "KernelSpecification.Language: 'OpenCL' kernels cannot be taken");
  expect(refusal(replaced(kSaxpy, "\"Size\": 1000,", "")),
         "KernelSpecification.Arguments[0]: Size is missing | add it, or x=elements");
  expect(refusal(replaced(kSaxpy, "\"10 * 100\"", "\"rows * 100\"")),
         "Arguments[1].Size: the size names 'rows', which has no value | add rows=value");
  expect(refusal(replaced(kSaxpy, "\"1000 // TILE\"", "\"width // TILE\"")),
         "GlobalSize.X: 'width' has no value | add width=value");
  expect(refusal(replaced(kSaxpy, "\"10 * 100\"", "\"0\"")),
         "Arguments[1].Size: a size of 0 elements");
  expect(refusal(replaced(kSaxpy, "\"10 * 100\"", "\"TILE * 100\"")),
         "'TILE' has 3 values; name one, as in max(TILE)");
  expect(refusal(replaced(kSaxpy, "\"Random\"", "\"BinaryRaw\"")),
         "Arguments[0].FillType: 'BinaryRaw' reads a file");
  expect(refusal(replaced(kSaxpy, "\"Random\"", "\"Gaussian\"")),
         "'Gaussian' is not one of Constant, Random, Generator");
  expect(refusal(replaced(kSaxpy, "\"uint32\"", "\"half16\"")),
         "Arguments[2].Type: 'half16' is no element type CUDA has");
  expect(refusal(replaced(kSaxpy, "\"FillValue\": 1000", "\"FillValue\": 1.5")),
         "1.5 is no integer");
  expect(refusal(replaced(kSaxpy, ", \"FillValue\": 0.5", "")),
         "Arguments[3]: FillValue is missing | add it, or a=value");
  expect(refusal(replaced(kSaxpy, "BLOCK * TILE <= 512", "BLOCK * TIL <= 512")),
         "Conditions[0].Expression: the condition names 'TIL'");
  expect(refusal(replaced(kSaxpy, "[1, 2] + [4]", "[1, 2")),
         "TuningParameters[1].Values: expression \"[1, 2\", column 6");
  expect(refusal(replaced(kSaxpy, "\"ReadWrite\"", "\"Write\"")),
         "Arguments[1].AccessType: 'Write' is not one of ReadOnly, WriteOnly, ReadWrite");
  expect(refusal(replaced(kSaxpy, "\"LocalSize\": {\"X\": \"BLOCK\"},", "")),
         "KernelSpecification.LocalSize: missing");
  expect(refusal(kSaxpy, {{"m", "3"}}), "m=3 names nothing");
  expect(refusal(kSaxpy, {{"BLOCK", "33"}}), "BLOCK=33 is not among its 4 values");
  expect(refusal(kSaxpy, {{"n", "many"}}), "n=many is no number");
}

TEST(T1Expression, FollowsPython) {
  const std::map<std::string, double> variables = {{"x", 7}, {"y", 2}};
  const auto value = [&](const char* text) { return evaluate_t1(text, variables); };
  EXPECT_EQ(value("1 + 2 * 3 ** 2"), 19);
  EXPECT_EQ(value("2 ** 3 ** 2"), 512);
  EXPECT_EQ(value("-2 ** 2"), -4);
  EXPECT_EQ(value("-7 // 2"), -4);
  EXPECT_EQ(value("-7 % 3"), 2);
  EXPECT_EQ(value("x / y"), 3.5);
  EXPECT_EQ(value("1 < x <= 7 and not y == 3"), 1);
  EXPECT_EQ(value("0 or y"), 2);
  EXPECT_EQ(value("x if y > 3 else y"), 2);
  EXPECT_EQ(value("max(x, y) + min([3, 1, 2])"), 8);
  EXPECT_EQ(value("sum([i * i for i in range(4) if i != 2])"), 10);
  EXPECT_EQ(value("len(list(range(2, 11, 3)))"), 3);
  EXPECT_EQ(value("[10, 20, 30][-1]"), 30);
  EXPECT_EQ(value("x in [1, 7]"), 1);
  EXPECT_EQ(value("'a' == \"a\""), 1);
  EXPECT_EQ(value("math.ceil(x / y)"), 4);
}

TEST(T1Expression, ErrorsNameTheColumn) {
  const auto message = [](const std::string& text) {
    try {
      return std::to_string(evaluate_t1(text, {{"x", 1}}));
    } catch (const DataError& error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(message("x + y"), "expression \"x + y\", column 5: 'y' has no value");
  EXPECT_EQ(message("x / 0"), "expression \"x / 0\", column 5: division by zero");
  EXPECT_EQ(message("(x"), "expression \"(x\", column 3: expected ')'");
  EXPECT_EQ(message("x $ 2"), "expression \"x $ 2\", column 3: unexpected '$'");
  EXPECT_EQ(message("[1, 2]"), "expression \"[1, 2]\", column 1: this is no number");
  EXPECT_EQ(message("frobnicate(x)"),
            "expression \"frobnicate(x)\", column 1: unknown function 'frobnicate' of 1 arguments");
  EXPECT_NE(message(std::string(5000, '(')).find("nests too deep"), std::string::npos);
}

}  // namespace
}  // namespace cudal1::program
