// Types by the short names that the tables of functions, methods and constants use.
#pragma once

#include "program/types.h"

namespace cudal1::program::table_types {

Type boolean();
Type integer();
Type int64();
Type size();
Type real();
Type nothing();
Type anything();
Type text();
Type tensor();
Type options();
Type device();
Type dtype();
Type stream();
Type error();
Type layout();
Type memory_format();
Type opaque(const char* name);

}  // namespace cudal1::program::table_types
