// The operator catalog of the tests, read from data/operators.txt (made by dump_operators.py).
#pragma once

#include "cudal1/program/check.h"

namespace cudal1::program {

const OperatorCatalog& test_catalog();

}  // namespace cudal1::program
