#include "cudal1/model/safetensors.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>

#include "../gpu/temporary_folder.h"
#include "cudal1/core/files.h"
#include "checkpoint_fixtures.h"

namespace cudal1::model {
namespace {

using Metadata = std::map<std::string, std::string>;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string file_of(const std::string& header, size_t data_bytes) {
  std::string file(8, '\0');
  const uint64_t length = header.size();
  std::memcpy(file.data(), &length, sizeof length);
  return file + header + std::string(data_bytes, 'x');
}

std::string why(const std::string& file) {
  Metadata metadata;
  return refusal([&] { parse_safetensors(bytes_of(file), "weights.safetensors", metadata); });
}

std::string tensor(const std::string& name, const std::string& shape, const std::string& offsets,
                   const std::string& type = "F32") {
  return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape +
         ",\"data_offsets\":" + offsets + "}";
}

TEST(Safetensors, EveryTypeAndShapeComesBack) {
  const std::string data(48, 'd');
  const auto some = [&](size_t count) { return bytes_of(data).subspan(0, count); };
  const std::map<std::string, TensorView> tensors{
      {"a", {ElementType::kF64, {2, 3}, some(48)}},
      {"b", {ElementType::kF32, {2, 2}, some(16)}},
      {"c", {ElementType::kF16, {5}, some(10)}},
      {"d", {ElementType::kBF16, {1, 1, 3}, some(6)}},
      {"e", {ElementType::kI64, {}, some(8)}},
      {"f", {ElementType::kI32, {0, 7}, some(0)}},
      {"g", {ElementType::kI16, {3}, some(6)}},
      {"h", {ElementType::kI8, {3}, some(3)}},
      {"i", {ElementType::kU8, {1}, some(1)}},
      {"j \"ü\"\n", {ElementType::kBool, {7}, some(7)}}};
  const gpu::TemporaryFolder folder;
  const auto path = folder.path() / "all.safetensors";
  write_safetensors(path, tensors, {{"format", "pt"}, {"more", "ä"}});
  const Safetensors file = Safetensors::open(path);
  EXPECT_EQ(file.metadata(), (Metadata{{"format", "pt"}, {"more", "ä"}}));
  ASSERT_EQ(file.tensors().size(), tensors.size());
  for (const auto& [name, view] : tensors) {
    const TensorView& read = file.tensors().at(name);
    EXPECT_EQ(read.type, view.type) << name;
    EXPECT_EQ(read.shape, view.shape) << name;
    EXPECT_TRUE(std::ranges::equal(read.bytes, view.bytes)) << name;
    const auto place = reinterpret_cast<uintptr_t>(read.bytes.data());
    EXPECT_TRUE(view.bytes.empty() || place % size_t(size_of(view.type)) == 0) << name;
  }
}

TEST(Safetensors, NoTensorsAndNoMetadataIsAFileToo) {
  const gpu::TemporaryFolder folder;
  write_safetensors(folder.path() / "empty", {}, {});
  EXPECT_EQ(read_file(folder.path() / "empty").substr(8), "{}      ");
  EXPECT_TRUE(Safetensors::open(folder.path() / "empty").tensors().empty());
}

// The fixtures were written by the reference implementation.
TEST(Safetensors, TheBytesAreThoseOfTheReferenceImplementation) {
  const gpu::TemporaryFolder folder;
  for (const char* name : {"qwen2/model.safetensors", "qwen2/golden.safetensors",
                           "llama_bf16/model-00002-of-00003.safetensors"}) {
    const Safetensors file = Safetensors::open(fixture(name));
    write_safetensors(folder.path() / "again", file.tensors(), file.metadata());
    EXPECT_TRUE(read_file(folder.path() / "again") == read_file(fixture(name))) << name;
  }
}

TEST(Safetensors, WritingReplacesWhatIsMappedAndLeavesTheMappingAlone) {
  const gpu::TemporaryFolder folder;
  const auto path = folder.path() / "one";
  const std::string first = "1111", second = "2222";
  write_safetensors(path, {{"x", {ElementType::kI32, {1}, bytes_of(first)}}});
  const Safetensors mapped = Safetensors::open(path);
  write_safetensors(path, {{"x", {ElementType::kI32, {1}, bytes_of(second)}}});
  EXPECT_EQ(mapped.tensors().at("x").bytes[0], std::byte('1'));
  EXPECT_EQ(Safetensors::open(path).tensors().at("x").bytes[0], std::byte('2'));
}

TEST(Safetensors, WhatCannotBeWrittenIsRefused) {
  const gpu::TemporaryFolder folder;
  const std::string data = "1234";
  const auto says = [&](const std::string& name, const TensorView& view,
                        const std::string& expected) {
    EXPECT_TRUE(contains(refusal<OutputError>([&] {
                           write_safetensors(folder.path() / "x", {{name, view}});
                         }),
                         expected));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  };
  says("x", {ElementType::kI32, {2}, bytes_of(data)},
       "tensor \"x\" has 4 bytes, which is not what its type and shape say");
  says("x", {ElementType::kI32, {-1, -1}, bytes_of(data)}, "tensor \"x\" has 4 bytes");
  says("__metadata__", {ElementType::kI32, {1}, bytes_of(data)}, "tensor \"__metadata__\"");
  says("\xff", {ElementType::kI32, {1}, bytes_of(data)}, "the name of a tensor is not UTF-8");
  EXPECT_TRUE(
      contains(refusal<OutputError>([&] { write_safetensors(folder.path() / "no" / "x", {}); }),
               "cannot write"));
}

TEST(SafetensorsRefusal, TheLengthOfTheHeader) {
  EXPECT_TRUE(
      contains(why(""), "weights.safetensors: it has 0 bytes, a safetensors file begins with 8"));
  EXPECT_TRUE(contains(why("1234567"), "it has 7 bytes"));
  EXPECT_TRUE(contains(why(std::string(8, '\0')), "its header does not begin with '{'"));
  EXPECT_TRUE(contains(why(std::string("\x09\0\0\0\0\0\0\0{}", 10)),
                       "the length of its header is 9, but the file has 10 bytes"));
  EXPECT_TRUE(contains(why(std::string("\0\0\0\0\0\0\0\x80{}", 10)),
                       "is 9223372036854775808, expected at most 100000000"));
  EXPECT_TRUE(contains(why(std::string(16, '\xff')),
                       "is 18446744073709551615, expected at most 100000000"));
}

TEST(SafetensorsRefusal, WhatIsNoHeader) {
  const std::pair<const char*, const char*> headers[] = {
      {" {}", "its header does not begin with '{'"},
      {"[]", "its header does not begin with '{'"},
      {"{", "its header is not JSON"},
      {"{}x", "its header is not JSON"},
      {"{\"\xff\":1}", "its header is not JSON"},
      {"{\"x\":1e999}", "its header is not JSON"},
      {"{\"x\":1}", "tensor \"x\" holds 1, expected an object with dtype, shape and data_offsets"},
      {"{\"x\":[]}", "tensor \"x\" holds an array"},
      {"{\"x\":{}}", "tensor \"x\" has no dtype"},
      {"{\"x\":{\"dtype\":\"F32\",\"shape\":[]}}", "tensor \"x\" has no data_offsets"},
      {"{\"x\":{\"dtype\":3}}", "tensor \"x\" holds 3, expected the name of a type as its dtype"},
      {"{\"x\":{\"dtype\":\"F31\"}}", "tensor \"x\": dtype is \"F31\", expected F64, F32"},
      {"{\"x\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", "the key \"dtype\" stands twice"},
      {"{\"x\":{\"strange\":\"F32\"}}",
       "tensor \"x\" has the field \"strange\", expected dtype, shape and data_offsets"},
      {"{\"x\":{\"shape\":3}}", "tensor \"x\" holds 3, expected an array of sizes"},
      {"{\"x\":{\"shape\":[-1]}}",
       "tensor \"x\" holds -1, expected an array of sizes, none negative, as its shape"},
      {"{\"x\":{\"shape\":[1.5]}}", "holds \"1.5\", expected an array of sizes"},
      {"{\"x\":{\"shape\":[[1]]}}", "holds an array, expected an array of sizes"},
      {"{\"x\":{\"shape\":[9223372036854775808]}}",
       "shape is 9223372036854775808, expected sizes below 2^63"},
      {"{\"x\":{\"shape\":[99999999999999999999]}}",
       "holds \"99999999999999999999\", expected an array of sizes"},
      {"{\"x\":{\"data_offsets\":[0]}}", "data_offsets is 1 numbers, expected two"},
      {"{\"x\":{\"data_offsets\":[0,0,0]}}", "data_offsets is 3 numbers, expected two"},
      {"{\"x\":{\"data_offsets\":[0,-4]}}",
       "holds -4, expected two numbers, none negative, as its data_offsets"},
      {"{\"__metadata__\":1}", "holds 1, expected an object of texts"},
      {"{\"__metadata__\":{\"a\":1}}", "holds 1, expected a text for each key"},
      {"{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}", "the key \"a\" stands twice"},
      {"{\"__metadata__\":{},\"__metadata__\":{}}", "the key \"__metadata__\" stands twice"}};
  for (const auto& [header, expected] : headers) {
    const std::string message = why(file_of(header, 0));
    EXPECT_TRUE(contains(message, expected)) << header;
    EXPECT_TRUE(contains(message, "weights.safetensors: ")) << header;
  }
  EXPECT_TRUE(contains(
      why(file_of("{" + tensor("x", "[]", "[0,4]") + "," + tensor("x", "[]", "[4,8]") + "}", 8)),
      "the key \"x\" stands twice"));
}

TEST(SafetensorsRefusal, NestingAndLongShapesEndTheReading) {
  EXPECT_TRUE(contains(why(file_of("{\"x\":" + std::string(1 << 20, '['), 0)),
                       "tensor \"x\" holds an array"));
  std::string shape = "[1";
  for (int i = 0; i < 64; ++i) shape += ",1";
  EXPECT_TRUE(contains(why(file_of("{" + tensor("x", shape + "]", "[0,4]") + "}", 4)),
                       "shape is longer, expected at most 64 sizes"));
}

TEST(SafetensorsRefusal, OffsetsThatDoNotFit) {
  const auto says = [](const std::string& tensors, size_t data_bytes, const std::string& expected) {
    EXPECT_TRUE(contains(why(file_of("{" + tensors + "}", data_bytes)), expected)) << tensors;
  };
  const std::string first = tensor("a", "[2]", "[0,8]") + ",";
  says(tensor("x", "[1]", "[4,0]"), 4,
       "tensor \"x\" has data_offsets [4, 0], expected to begin at 0");
  says(first + tensor("b", "[2]", "[8,0]"), 16,
       "tensor \"b\" has data_offsets [8, 0], expected to begin at 8");
  says(first + tensor("b", "[2]", "[4,12]"), 12,
       "tensor \"b\" has data_offsets [4, 12], expected to begin at 8, where the one before it "
       "ends");
  says(first + tensor("b", "[2]", "[0,8]"), 8,
       "tensor \"b\" has data_offsets [0, 8], expected to begin at 8");
  says(first + tensor("b", "[2]", "[12,20]"), 20,
       "tensor \"b\" has data_offsets [12, 20], expected to begin at 8");
  says(tensor("x", "[2]", "[4,12]"), 12, "expected to begin at 0");
  says(tensor("x", "[3]", "[0,8]"), 8, "tensor \"x\" has 8 bytes, its shape needs 12");
  says(tensor("x", "[4294967296,4294967296]", "[0,8]"), 8, "its shape needs more than 2^63");
  says(tensor("x", "[2305843009213693952]", "[0,0]"), 0, "its shape needs more than 2^63");
  says(tensor("x", "[2]", "[0,8]"), 7, "its header speaks of 8 bytes of data, the file has 7");
  says(tensor("x", "[2]", "[0,8]"), 9, "its header speaks of 8 bytes of data, the file has 9");
  says(tensor("x", "[2]", "[0,18446744073709551615]"), 8, "its shape needs 8");
  says(tensor("x", "[2]", "[18446744073709551608,18446744073709551615]"), 8,
       "expected to begin at 0");
  says("", 1, "its header speaks of 0 bytes of data, the file has 1");
}

TEST(SafetensorsRefusal, AFileCutOffAnywhere) {
  const std::string whole = read_file(fixture("qwen2") / "model.safetensors");
  Metadata metadata;
  for (size_t length = 0; length < whole.size(); length += length < 4096 ? 1 : 997)
    EXPECT_THROW(parse_safetensors(bytes_of(whole).subspan(0, length), "cut", metadata), DataError)
        << length;
}

TEST(SafetensorsRefusal, WhatIsNoFile) {
  const gpu::TemporaryFolder folder;
  const auto says = [&](const std::filesystem::path& path, const std::string& expected) {
    EXPECT_TRUE(contains(refusal([&] { Safetensors::open(path); }), expected));
  };
  says(folder.path() / "none", "cannot read '");
  says(folder.path(), "not a regular file");
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  says(folder.path() / "pipe", "not a regular file");
  write_file_atomically(folder.path() / "empty", std::string_view());
  says(folder.path() / "empty", "it has 0 bytes");
}

}  // namespace
}  // namespace cudal1::model
