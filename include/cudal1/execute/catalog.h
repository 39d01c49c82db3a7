// The dispatcher's aten operators as data, for the checker.
#pragma once

#include "cudal1/program/check.h"

namespace cudal1::execute {

// Built on first use; about 3,500 overloads.
const program::OperatorCatalog& operator_catalog();

}  // namespace cudal1::execute
