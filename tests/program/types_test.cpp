// The checker's small parts: conversions of static types, suggestions.
#include "program/types.h"

#include <gtest/gtest.h>

#include "program/suggest.h"

namespace cudal1::program {
namespace {

Type number(const char* name) { return *find_arithmetic(name); }

TEST(Types, PointersConvertByElementAndConstness) {
  const Type f = pointer_to(number("float"), false), cf = pointer_to(number("float"), true);
  EXPECT_TRUE(converts(f, cf));
  EXPECT_FALSE(converts(cf, f));
  EXPECT_FALSE(converts(f, pointer_to(number("double"), false)));
  EXPECT_TRUE(converts(f, pointer_to(of(Kind::kVoid), false)));
  EXPECT_FALSE(converts(pointer_to(of(Kind::kVoid), false), f));
  EXPECT_TRUE(converts(pointer_to(number("at::Half"), false), pointer_to(number("__half"), false)));
  EXPECT_TRUE(converts(pointer_to(number("int64_t"), false), pointer_to(number("long"), false)));
  EXPECT_TRUE(converts(pointer_to(unknown(), false), f));
}

TEST(Types, ListsAndOptionals) {
  const Type ints = of(Kind::kIntList), vector = wrap(Kind::kVector, {int_type()});
  EXPECT_TRUE(converts(vector, ints));
  EXPECT_FALSE(converts(ints, vector));
  EXPECT_TRUE(converts(wrap(Kind::kInitList, {number("int"), number("int")}), ints));
  EXPECT_FALSE(converts(wrap(Kind::kInitList, {of(Kind::kTensor)}), ints));
  EXPECT_TRUE(converts(of(Kind::kNullopt), wrap(Kind::kOptional, {of(Kind::kTensor)})));
  EXPECT_FALSE(converts(number("int"), wrap(Kind::kOptional, {of(Kind::kTensor)})));
  EXPECT_FALSE(converts(of(Kind::kTensor), number("float")));
  EXPECT_FALSE(converts(of(Kind::kScalar), number("float")));
}

TEST(Types, Spelling) {
  EXPECT_EQ(to_string(pointer_to(number("float"), true)), "const float*");
  EXPECT_EQ(to_string(wrap(Kind::kTuple, {of(Kind::kTensor), number("int")})),
            "std::tuple<torch::Tensor, int>");
  EXPECT_EQ(with_article(number("int")), "an int");
}

TEST(Types, UsualArithmeticConversions) {
  EXPECT_EQ(common_arithmetic(number("int"), number("float")).name, "float");
  EXPECT_EQ(common_arithmetic(number("int64_t"), number("int")).name, "int64_t");
  EXPECT_EQ(common_arithmetic(number("short"), number("char")).name, "int");
  EXPECT_FALSE(common_arithmetic(unknown(), number("int")).known());
}

TEST(Suggest, ClosestWithinAThird) {
  EXPECT_EQ(edit_distance("sofmax", "softmax"), 1u);
  EXPECT_EQ(edit_distance("scael", "scale"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  Suggestion suggestion("relu");
  suggestion.offer("sigmoid");
  EXPECT_EQ(suggestion.text("none"), "none");
  suggestion.offer("elu");
  suggestion.offer("prelu");
  EXPECT_EQ(suggestion.text(), "did you mean 'elu'?");
}

}  // namespace
}  // namespace cudal1::program
