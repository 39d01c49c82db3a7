#include "timer_kernels.h"

#include <cstdio>

namespace cudal1::evaluate {
namespace {

// The gate spins on host memory until the flag reaches its number or 20 ms have passed: it must
// never hang a device. It spins for 20 µs at least, from one tick of the wall's clock to another,
// so that the SM's clock is known to a fraction of a per cent. Waiting for a tick ends after 2^16
// cycles, should a wall's clock stand still.
constexpr const char* kPtx = R"(
.version 7.0
.target sm_70
.address_size 64
.visible .entry GATE(.param .u64 record, .param .u32 number)
{
  .reg .pred %p<6>;
  .reg .b32 %r<3>;
  .reg .b64 %now<2>, %begin<3>, %end<3>, %spun<3>, %record;
  ld.param.u64 %record, [record];
  ld.param.u32 %r1, [number];
  mov.u64 %begin0, %globaltimer;
  mov.u64 %begin2, %clock64;
FIRST:
  mov.u64 %begin1, %globaltimer;
  mov.u64 %now1, %clock64;
  sub.u64 %spun0, %now1, %begin2;
  setp.eq.u64 %p1, %begin1, %begin0;
  setp.lt.and.u64 %p1, %spun0, 65536, %p1;
  @%p1 bra FIRST;
  mov.u64 %begin2, %clock64;
WAIT:
  mov.u64 %now0, %globaltimer;
  sub.u64 %spun0, %now0, %begin1;
  setp.lt.u64 %p2, %spun0, 20000;
  @%p2 bra WAIT;
  ld.volatile.u32 %r2, [%record];
  setp.lt.u32 %p3, %r2, %r1;
  setp.lt.and.u64 %p3, %spun0, 20000000, %p3;
  @%p3 bra WAIT;
  mov.u64 %end0, %globaltimer;
  mov.u64 %end2, %clock64;
LAST:
  mov.u64 %end1, %globaltimer;
  mov.u64 %now1, %clock64;
  sub.u64 %spun0, %now1, %end2;
  setp.eq.u64 %p4, %end1, %end0;
  setp.lt.and.u64 %p4, %spun0, 65536, %p4;
  @%p4 bra LAST;
  mov.u64 %end2, %clock64;
  sub.u64 %spun1, %end2, %begin2;
  sub.u64 %spun2, %end1, %begin1;
  st.volatile.u64 [%record+8], %spun1;
  st.volatile.u64 [%record+16], %spun2;
  ret;
}
.visible .entry MARK()
{
  ret;
}
)";

std::string hexadecimal(uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

void put(std::string& text, const std::string& word, const std::string& name) {
  text.replace(text.find(word), word.size(), name);
}

}  // namespace

TimerKernels timer_kernels(uint64_t secret) {
  TimerKernels kernels{"cudal1_gate_" + hexadecimal(secret), "cudal1_mark_" + hexadecimal(secret),
                       kPtx};
  put(kernels.ptx, "GATE", kernels.gate);
  put(kernels.ptx, "MARK", kernels.mark);
  return kernels;
}

double sm_mhz(const GateRecord& record) {
  if (record.nanoseconds < 10'000 || record.cycles == 0) return 0;
  const double mhz = double(record.cycles) / double(record.nanoseconds) * 1000;
  return mhz > 50 && mhz < 10'000 ? mhz : 0;  // what no GPU runs at was never read from its clock
}

}  // namespace cudal1::evaluate
