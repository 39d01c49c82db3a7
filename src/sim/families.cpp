#include "families.h"

#include <string>
#include <unordered_map>

namespace cudal1::sim {
namespace {

using Family = Handler (*)(Decoder&);

// add, sub, … exist for several kinds of type.
Handler decode_arithmetic(Decoder& d) {
  for (std::string_view modifier : d.st.modifiers) {
    if (modifier == "f32" || modifier == "f64") return decode_float(d);
    if (modifier == "f16" || modifier == "f16x2" || modifier == "bf16" || modifier == "bf16x2")
      return decode_half(d);
  }
  return decode_integer(d);
}
Handler decode_float_function(Decoder& d) {
  if (d.has("approx") || d.has("full")) return decode_special_function(d);
  return decode_arithmetic(d);
}

Family family_of(std::string_view opcode) {
  static const std::unordered_map<std::string_view, Family> kFamilies = {
      {"add", decode_arithmetic},
      {"sub", decode_arithmetic},
      {"mul", decode_arithmetic},
      {"mad", decode_arithmetic},
      {"fma", decode_arithmetic},
      {"div", decode_float_function},
      {"rem", decode_arithmetic},
      {"neg", decode_arithmetic},
      {"abs", decode_arithmetic},
      {"min", decode_arithmetic},
      {"max", decode_arithmetic},
      {"addc", decode_integer},
      {"subc", decode_integer},
      {"madc", decode_integer},
      {"mul24", decode_integer},
      {"mad24", decode_integer},
      {"copysign", decode_float},
      {"sqrt", decode_float_function},
      {"rcp", decode_float_function},
      {"rsqrt", decode_special_function},
      {"ex2", decode_special_function},
      {"lg2", decode_special_function},
      {"sin", decode_special_function},
      {"cos", decode_special_function},
      {"tanh", decode_special_function},
      {"testp", decode_testp},
      {"setp", decode_compare},
      {"set", decode_compare},
      {"selp", decode_select},
      {"slct", decode_select},
      {"and", decode_bits},
      {"or", decode_bits},
      {"xor", decode_bits},
      {"not", decode_bits},
      {"cnot", decode_bits},
      {"shl", decode_bits},
      {"shr", decode_bits},
      {"shf", decode_bits},
      {"bfi", decode_bits},
      {"bfe", decode_bits},
      {"prmt", decode_bits},
      {"popc", decode_bits},
      {"clz", decode_bits},
      {"bfind", decode_bits},
      {"brev", decode_bits},
      {"lop3", decode_bits},
      {"sad", decode_bits},
      {"dp4a", decode_bits},
      {"dp2a", decode_bits},
      {"bmsk", decode_bits},
      {"szext", decode_bits},
      {"fns", decode_bits},
      {"mov", decode_move},
      {"cvta", decode_move},
      {"isspacep", decode_move},
      {"mapa", decode_move},
      {"cvt", decode_convert},
      {"ld", decode_memory},
      {"ldu", decode_memory},
      {"st", decode_memory},
      {"prefetch", decode_async},
      {"prefetchu", decode_async},
      {"discard", decode_async},
      {"applypriority", decode_async},
      {"cp", decode_async},
      {"membar", decode_async},
      {"fence", decode_async},
      {"nanosleep", decode_async},
      {"atom", decode_atomic},
      {"red", decode_atomic},
      {"bra", decode_branch},
      {"brx", decode_branch},
      {"ret", decode_branch},
      {"exit", decode_branch},
      {"trap", decode_branch},
      {"brkpt", decode_branch},
      {"call", decode_call},
      {"bar", decode_barrier},
      {"barrier", decode_barrier},
      {"pmevent", decode_branch},
      {"shfl", decode_warp},
      {"vote", decode_warp},
      {"activemask", decode_warp},
      {"match", decode_warp},
      {"redux", decode_warp},
      {"elect", decode_warp},
      {"mma", decode_matrix},
      {"wmma", decode_matrix},
      {"ldmatrix", decode_matrix},
      {"stmatrix", decode_matrix},
  };
  const auto found = kFamilies.find(opcode);
  return found == kFamilies.end() ? nullptr : found->second;
}

std::string unknown_opcode(std::string_view opcode) {
  const std::string name(opcode);
  if (name == "tex" || name == "tld4" || name == "txq")
    return name + " is not supported: texture instructions are not simulated";
  if (name == "suld" || name == "sust" || name == "sured" || name == "suq")
    return name + " is not supported: surface instructions are not simulated";
  return name + " is not supported";
}

}  // namespace

Handler decode_opcode(Decoder& d) {
  const Family family = family_of(d.st.opcode);
  if (!family) throw Unsupported(unknown_opcode(d.st.opcode));
  return family(d);
}

}  // namespace cudal1::sim
