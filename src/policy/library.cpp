// The policy's door to the executable, which links no torch.
#include "cudal1/policy/model_policy.h"

extern "C" cudal1::policy::Policy* cudal1_open_model(const cudal1::policy::ModelOptions* options) {
  return cudal1::policy::open_model(*options).release();
}
