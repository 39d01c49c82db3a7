// The two kernels that the timer puts around every timed run, under names that no candidate can
// know.
#pragma once

#include <cstdint>
#include <string>

namespace cudal1::evaluate {

// What the gate leaves in pinned memory; the host writes `flag` to open it.
struct GateRecord {
  uint32_t flag = 0, unused = 0;
  uint64_t cycles = 0,
           nanoseconds = 0;  // that the last gate spun for, by the SM's clock and by the wall's
};

struct TimerKernels {
  std::string gate, mark, ptx;
};

// Records of kernels are told apart by name: a candidate's kernel of the mark's name would end a
// span where it likes.
TimerKernels timer_kernels(uint64_t secret);

// MHz; 0 where the record says nothing.
double sm_mhz(const GateRecord& record);

}  // namespace cudal1::evaluate
