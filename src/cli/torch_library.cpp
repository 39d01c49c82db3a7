#include "cudal1/cli/torch_library.h"

#include <dlfcn.h>

#include "cudal1/core/error.h"
#include "cudal1/core/subprocess.h"

namespace cudal1::cli {
namespace {

// Never closed: Torch does not survive being unloaded.
void* open_library() {
  const std::string path = (executable_path().parent_path() / "libcudal1_torch.so").string();
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (library) return library;
  const char* why = dlerror();
  throw EnvironmentError("cannot load " + path + ": " + (why ? why : "unknown reason"),
                         "It is built together with cudal1 and must lie beside it: "
                         "./scripts/cudal1 doctor builds both.");
}

template <typename Function>
Function* entry_point(const char* name) {
  if (void* found = dlsym(open_library(), name)) return reinterpret_cast<Function*>(found);
  throw EnvironmentError(std::string("libcudal1_torch.so has no ") + name,
                         "It is of another build than cudal1 itself; build both anew.");
}

}  // namespace

const program::OperatorCatalog* operator_catalog() {
  return entry_point<const program::OperatorCatalog*()>("cudal1_operator_catalog")();
}

std::unique_ptr<policy::Policy> open_model(const policy::ModelOptions& options) {
  using Open = policy::Policy*(const policy::ModelOptions*);
  return std::unique_ptr<policy::Policy>(entry_point<Open>("cudal1_open_model")(&options));
}

std::filesystem::path train_model(const train::TrainConfig& config,
                                  const train::RunOptions& options) {
  using Train = void(const train::TrainConfig*, const train::RunOptions*, std::filesystem::path*);
  std::filesystem::path result;
  entry_point<Train>("cudal1_train")(&config, &options, &result);
  return result;
}

train::Plan plan_training(const train::TrainConfig& config) {
  using Make = void(const train::TrainConfig*, train::Plan*);
  train::Plan plan;
  entry_point<Make>("cudal1_plan_training")(&config, &plan);
  return plan;
}

int evaluate_worker_main() { return entry_point<int()>("cudal1_worker_main")(); }

}  // namespace cudal1::cli
