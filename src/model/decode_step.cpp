#include "decode_step.h"

#include "cudal1/core/assert.h"

namespace cudal1::model {

bool decodes(const Transformer&) { return false; }

at::Tensor decode_logits(const Transformer&, const KeyValues&, const SlotState&,
                         const at::Tensor&) {
  CUDAL1_ASSERT(false);
  return {};
}

void draw_tokens(const Transformer&, SlotState&, const at::Tensor&, const at::Tensor&, bool,
                 const at::Tensor&) {
  CUDAL1_ASSERT(false);
}

}  // namespace cudal1::model
