#include "cudal1/gpu/shared_poison.h"

#include "cudal1/core/error.h"
#include "cudal1/gpu/launch.h"

namespace cudal1::gpu {
namespace {

// Each thread of a block fills every 4096th byte's word from its own on; `bytes` is a multiple
// of 4.
constexpr const char* kPtx = R"(
.version 7.0
.target sm_70
.address_size 64
.extern .shared .align 16 .b8 all[];
.visible .entry cudal1_fill_shared(.param .u32 bytes)
{
  .reg .pred %p<2>;
  .reg .b32 %r<6>;
  ld.param.u32 %r1, [bytes];
  mov.u32 %r2, %tid.x;
  shl.b32 %r2, %r2, 2;
  mov.u32 %r3, all;
  mov.u32 %r4, 0xffffffff;
NEXT:
  setp.ge.u32 %p1, %r2, %r1;
  @%p1 bra DONE;
  add.u32 %r5, %r3, %r2;
  st.volatile.shared.u32 [%r5], %r4;
  add.u32 %r2, %r2, 4096;
  bra NEXT;
DONE:
  ret;
}
)";

constexpr Dim3 kBlock{1024, 1, 1};

constexpr const char* kCannotLoad = "cannot load the kernel that fills shared memory";

}  // namespace

SharedPoison::SharedPoison(const Context& context)
    : context_(&context),
      module_(require(Module::load(context, kPtx), kCannotLoad)),
      fill_(require(module_.function("cudal1_fill_shared"), kCannotLoad)) {
  (void)require(
      allow_dynamic_shared(context, fill_, uint32_t(context.info().shared_per_block_optin)),
      kCannotLoad);
}

// A block takes all that an SM gives to one, so each SM holds one at a time.
Result<bool, DriverFault> SharedPoison::run(CUstream stream) const {
  uint32_t bytes = uint32_t(context_->info().shared_per_block_optin);
  void* parameters[] = {&bytes};
  return launch(*context_, fill_, Dim3{uint32_t(context_->info().sms), 1, 1}, kBlock, bytes, stream,
                parameters);
}

}  // namespace cudal1::gpu
