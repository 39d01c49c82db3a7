#include "compare.h"

#include <string_view>
#include <utility>

namespace cudal1::sim {

Compare decode_comparison(Decoder& d) {
  static constexpr std::pair<std::string_view, Compare> kNames[] = {
      {"eq", Compare::kEq},   {"ne", Compare::kNe},   {"lt", Compare::kLt},
      {"le", Compare::kLe},   {"gt", Compare::kGt},   {"ge", Compare::kGe},
      {"equ", Compare::kEqu}, {"neu", Compare::kNeu}, {"ltu", Compare::kLtu},
      {"leu", Compare::kLeu}, {"gtu", Compare::kGtu}, {"geu", Compare::kGeu},
      {"num", Compare::kNum}, {"nan", Compare::kNan}, {"lo", Compare::kLt},
      {"ls", Compare::kLe},   {"hi", Compare::kGt},   {"hs", Compare::kGe}};
  for (const auto& [name, compare] : kNames)
    if (!d.st.modifiers.empty() && d.st.modifiers[0] == name) return compare;
  d.refuse("unknown comparison");
}

}  // namespace cudal1::sim
