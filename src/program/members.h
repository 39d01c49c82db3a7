// What types offer the host side as constants: enumerators and static constexpr members.
#pragma once

#include <vector>

#include "program/names.h"
#include "program/split.h"

namespace cudal1::program {

// Declares the constants of the type `item` as variables "T::N" (enumerators of a plain enum: "N").
void name_members(const Tokens& tokens, const Item& item, Names* names);

// Adds their definitions, and aliases as UsingStmt. What can't be read is left out.
void add_type_members(const Tokens& tokens, const Item& item, const Names& names,
                      std::vector<StmtPtr>* globals);

}  // namespace cudal1::program
