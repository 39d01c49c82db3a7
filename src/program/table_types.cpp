#include "program/table_types.h"

namespace cudal1::program::table_types {

Type boolean() { return arithmetic(Kind::kBool, "bool"); }
Type integer() { return arithmetic(Kind::kInt, "int"); }
Type int64() { return int_type(); }
Type size() { return arithmetic(Kind::kInt, "size_t"); }
Type real() { return arithmetic(Kind::kFloat, "double"); }
Type nothing() { return of(Kind::kVoid); }
Type anything() { return unknown(); }
Type text() { return of(Kind::kString); }
Type tensor() { return of(Kind::kTensor); }
Type options() { return of(Kind::kOptions); }
Type device() { return of(Kind::kDevice); }
Type dtype() { return of(Kind::kDtype); }
Type stream() { return of(Kind::kStream); }
Type error() { return of(Kind::kError); }
Type layout() { return opaque("torch::Layout"); }
Type memory_format() { return opaque("torch::MemoryFormat"); }
Type opaque(const char* name) { return {Kind::kOpaque, name, {}, false}; }

}  // namespace cudal1::program::table_types
