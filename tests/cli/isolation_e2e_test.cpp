// Hostile and ordinary programs through the real executable: what its workers may read, and what is
// said about it.
#include "binary.h"

namespace cudal1::e2e {
namespace {

constexpr char kHost[] = R"(
torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  scale<<<(x.numel() + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), x.numel());
  return y;
}
std::vector<torch::Tensor> inputs() { return {torch::randn({1000}, torch::kCUDA)}; }
)";

constexpr char kKernel[] =
    "__global__ void scale(const float* x, float* y, int64_t n) {\n"
    "  int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x;\n"
    "  if (i < n) y[i] = FACTOR * x[i];\n}\n";

Outcome eval(const fs::path& folder, const std::string& before,
             const std::vector<std::string>& more = {}, const std::string& environment = "") {
  write(folder / "kernel.cu", before + kKernel + kHost);
  std::vector<std::string> words = {"eval", "kernel.cu", "--device", "sim", "--json", "-"};
  words.insert(words.end(), more.begin(), more.end());
  return cudal1(folder, words, environment);
}

TEST(Isolation, AHeaderBesideTheProgramIsRead) {
  const fs::path folder = fresh_folder();
  fs::create_directories(folder / "parts");
  write(folder / "parts" / "factor.h", "#include \"../base.h\"\n#define FACTOR BASE\n");
  write(folder / "base.h", "#define BASE 2.0f\n");
  const Outcome run = eval(folder, "#include \"parts/factor.h\"\n");
  EXPECT_EQ(run.code, 0) << run.out << run.err;
}

std::string found_by_doctor(const Outcome& doctor) {
  for (const auto& finding : doctor.json().value("findings", nlohmann::json::array()))
    if (finding["name"] == "isolation") return finding["detail"];
  return "";
}

TEST(Isolation, NoOtherFileIs) {
  const fs::path folder = fresh_folder();
  const std::string isolation = found_by_doctor(cudal1(folder, {"doctor", "--json", "-"}));
  if (isolation.find("files (Landlock") == std::string::npos)
    GTEST_SKIP() << "isolated here: " << isolation;
  for (const char* include :
       {"#include \"/etc/passwd\"\n", "#define X \"/etc/passwd\"\n#include X\n"}) {
    const Outcome run = eval(folder, include + std::string("#define FACTOR 2.0f\n"));
    EXPECT_EQ(run.code, 4) << run.out << run.err;
    EXPECT_EQ((run.out + run.err).find("root:"), std::string::npos) << run.out << run.err;
    EXPECT_NE((run.out + run.err).find("headers in its"), std::string::npos) << run.out << run.err;
  }
}

TEST(Isolation, VerboseSaysWhatIsInForce) {
  const Outcome run = eval(fresh_folder(), "#define FACTOR 2.0f\n", {"--verbose"});
  EXPECT_EQ(run.code, 0);
  EXPECT_NE(run.err.find("evaluation worker: isolated: "), std::string::npos) << run.err;
}

TEST(Isolation, SwitchedOffIsSaidAloud) {
  const Outcome run = eval(fresh_folder(), "#define FACTOR 2.0f\n", {}, "CUDAL1_SANDBOX=off");
  EXPECT_EQ(run.code, 0);
  EXPECT_NE(run.err.find("warning: CUDAL1_SANDBOX=off: the workers"), std::string::npos) << run.err;
}

TEST(Isolation, MoreMemoryThanThereIsFailsTheCandidateOnly) {
  const fs::path folder = fresh_folder();
  write(folder / "kernel.cu", "#define FACTOR 2.0f\n" + std::string(kKernel) + kHost);
  std::string greedy = kHost;
  greedy.insert(greedy.find("  return y;"), "  auto z = torch::empty({1LL << 40}, x.options());\n");
  write(folder / "greedy.cu", "#define FACTOR 2.0f\n" + std::string(kKernel) + greedy);
  const Outcome run = cudal1(
      folder, {"eval", "greedy.cu", "--reference", "kernel.cu", "--device", "sim", "--json", "-"});
  EXPECT_EQ(run.code, 1) << run.out << run.err;
}

TEST(Isolation, DoctorTells) {
  const Outcome run = cudal1(fresh_folder(), {"doctor", "--json", "-"});
  EXPECT_NE(found_by_doctor(run).find("limits"), std::string::npos) << run.out;
  const Outcome off = cudal1(fresh_folder(), {"doctor"}, "CUDAL1_SANDBOX=off");
  EXPECT_NE(off.out.find("Unset CUDAL1_SANDBOX"), std::string::npos) << off.out;
}

}  // namespace
}  // namespace cudal1::e2e
