#include "cudal1/model/tokenizer.h"

#include <gtest/gtest.h>

#include <thread>

#include "tokenizer_fixtures.h"

namespace cudal1::model {
namespace {

using nlohmann::json;

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2)
    bytes += char(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

class Goldens : public testing::TestWithParam<const char*> {
 protected:
  const Tokenizer tokenizer_ = tokenizer_fixture(GetParam());
  const json goldens_ = fixture("goldens")[GetParam()];
};
INSTANTIATE_TEST_SUITE_P(Tokenizer, Goldens, testing::Values("qwen", "llama"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(Goldens, Encodes) {
  for (const json& golden : goldens_["encodings"]) {
    const std::string text = from_hex(golden["text"]);
    EXPECT_EQ(tokenizer_.encode(text), tokens_of(golden["ids"])) << golden["text"];
  }
}

TEST_P(Goldens, EncodesSpecialTokensAsTextWhereTheyAreNotParsed) {
  for (const json& golden : goldens_["encodings"]) {
    const json& ids = golden.contains("unparsed") ? golden["unparsed"] : golden["ids"];
    EXPECT_EQ(tokenizer_.encode(from_hex(golden["text"]), {.parse_special = false}), tokens_of(ids))
        << golden["text"];
  }
}

TEST_P(Goldens, PutsTheTemplateAround) {
  for (const json& golden : goldens_["encodings"]) {
    std::vector<Token> expected;
    if (golden.contains("framed")) expected = tokens_of(golden["framed"]);
    const std::vector<Token> ids = tokens_of(golden["ids"]);
    expected.insert(expected.end(), ids.begin(), ids.end());
    EXPECT_EQ(tokenizer_.encode(from_hex(golden["text"]), {.template_tokens = true}), expected);
  }
}

TEST_P(Goldens, Decodes) {
  for (const json& golden : goldens_["encodings"])
    EXPECT_EQ(tokenizer_.decode(tokens_of(golden["ids"])), golden["decoded"]);
  for (const json& golden : goldens_["decodings"]) {
    EXPECT_EQ(tokenizer_.decode(tokens_of(golden["ids"])), golden["decoded"]);
    EXPECT_EQ(tokenizer_.decode(tokens_of(golden["ids"]), true), golden["unspecial"]);
  }
}

TEST_P(Goldens, StreamsWhatItDecodes) {
  for (const char* kind : {"encodings", "decodings"})
    for (const json& golden : goldens_[kind]) {
      TextStream stream(tokenizer_);
      std::string text;
      for (const Token token : tokens_of(golden["ids"])) text += stream.add(token);
      EXPECT_EQ(text + stream.finish(), golden["decoded"]);
    }
}

TEST_P(Goldens, IsTheSameInSeveralThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([copy = tokenizer_, this] {
      for (const json& golden : goldens_["encodings"])
        EXPECT_EQ(copy.encode(from_hex(golden["text"])), tokens_of(golden["ids"]));
    });
  for (std::thread& thread : threads) thread.join();
}

TEST(Tokenizer, KnowsItsTokens) {
  const Tokenizer qwen = tokenizer_fixture("qwen");
  const Token end = qwen.id_of("<|im_end|>").value();
  EXPECT_EQ(end, 1502);
  EXPECT_TRUE(qwen.is_special(end));
  EXPECT_EQ(qwen.bytes_of(end), "<|im_end|>");
  const Token call = qwen.id_of("<tool_call>").value();
  EXPECT_FALSE(qwen.is_special(call));
  EXPECT_EQ(qwen.bytes_of(qwen.id_of("Ġreturn").value()), " return");
  EXPECT_EQ(qwen.id_of("no such token"), std::nullopt);
  EXPECT_EQ(qwen.size(), 1513);
}

TEST(Tokenizer, LeavesUnknownIdsOut) {
  const Tokenizer small = Tokenizer::parse(small_tokenizer().dump(), "small");
  const std::vector<Token> tokens = {-1, 'x', 258, 1 << 30, 'y'};
  EXPECT_EQ(small.decode(tokens), "xy");
  EXPECT_EQ(small.bytes_of(-5), "");
  EXPECT_FALSE(small.is_special(1 << 30));
}

TEST(Tokenizer, KeepsItsFile) {
  const std::string json = small_tokenizer().dump(1);
  EXPECT_EQ(Tokenizer::parse(json, "small").json(), json);
}

TEST(Tokenizer, EncodesWordsOfAnyLength) {
  const Tokenizer qwen = tokenizer_fixture("qwen");
  for (const std::string& text : {std::string(1 << 20, 'a'), std::string(1 << 20, ' ') + "x",
                                  std::string(1 << 20, '\n'), std::string(1 << 20, '=')})
    EXPECT_EQ(qwen.decode(qwen.encode(text)), text);
}

TEST(TextStream, HoldsAnUnfinishedCharacterBack) {
  const Tokenizer small = Tokenizer::parse(small_tokenizer().dump(), "small");
  TextStream stream(small);
  EXPECT_EQ(stream.add('a'), "a");
  EXPECT_EQ(stream.add(0xF0), "");
  EXPECT_EQ(stream.add(0x9F), "");
  EXPECT_EQ(stream.add(0x91), "");
  EXPECT_EQ(stream.add(0x8D), "👍");
  EXPECT_EQ(stream.add(0xC3), "");
  EXPECT_EQ(stream.add('b'), "\uFFFDb");
  EXPECT_EQ(stream.add(0x80), "\uFFFD");
  EXPECT_EQ(stream.add(0xE2), "");
  EXPECT_EQ(stream.finish(), "\uFFFD");
  EXPECT_EQ(stream.finish(), "");
}

}  // namespace
}  // namespace cudal1::model
