// Which family an opcode belongs to.
#pragma once

#include "decode.h"

namespace cudal1::sim {

// The handler for the statement; throws Unsupported for an opcode of no family.
Handler decode_opcode(Decoder& d);

}  // namespace cudal1::sim
