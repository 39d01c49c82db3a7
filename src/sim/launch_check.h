// What a GPU would refuse to launch.
#pragma once

#include <optional>

#include "cudal1/sim/machine.h"
#include "program.h"

namespace cudal1::sim {

constexpr uint32_t kMaxShared = 227 * 1024;  // bytes per block on sm_90, with opt-in

std::optional<Fault> check_launch(const Module::Impl& module, const Launch& launch);

}  // namespace cudal1::sim
