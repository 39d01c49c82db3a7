// Files that are no tokenizers, or others than those of the families: each refused by name.
#include <gtest/gtest.h>

#include "cudal1/core/error.h"
#include "tokenizer_fixtures.h"

namespace cudal1::model {
namespace {

using nlohmann::json;

std::string refusal_of(const std::string& text) {
  try {
    Tokenizer::parse(text, "FILE");
  } catch (const DataError& error) {
    return error.what();
  }
  return "taken";
}

struct Change {
  const char* pointer;  // into small_tokenizer()
  const char* value;    // JSON; empty: taken away
  const char* says;     // what the refusal begins with, after the file
};

json changed(const Change& change) {
  json file = small_tokenizer();
  const json::json_pointer pointer(change.pointer);
  if (*change.value != '\0')
    file[pointer] = json::parse(change.value);
  else
    file[pointer.parent_pointer()].erase(pointer.back());
  return file;
}

void expect_refusals(std::initializer_list<Change> changes) {
  for (const Change& change : changes) {
    const std::string refusal = refusal_of(changed(change).dump());
    EXPECT_TRUE(refusal.starts_with(std::string("FILE: ") + change.says))
        << change.pointer << " " << change.value << ": " << refusal;
    EXPECT_LT(refusal.size(), 500u);
  }
}

TEST(TokenizerJson, TakesTheSmallOne) {
  const Tokenizer tokenizer = Tokenizer::parse(small_tokenizer().dump(), "FILE");
  EXPECT_EQ(tokenizer.encode("abc<s>"), (std::vector<Token>{256, 'c', 257}));
}

TEST(TokenizerJson, RefusesWhatIsNoJson) {
  const std::string whole = small_tokenizer().dump();
  for (size_t length = 0; length < whole.size(); length += 37)
    EXPECT_TRUE(refusal_of(whole.substr(0, length)).starts_with("FILE")) << length;
  EXPECT_TRUE(refusal_of(whole + "]").starts_with("FILE"));
  EXPECT_TRUE(refusal_of("\xff\xfe").starts_with("FILE"));
  for (const char* other : {"[]", "1", "null", "\"text\"", "{}", "[{}]"})
    EXPECT_TRUE(refusal_of(other).starts_with("FILE")) << other;
}

TEST(TokenizerJson, RefusesDeepNesting) {
  for (const char* opening : {"[", "{\"model\":", "{\"normalizer\":["}) {
    std::string text;
    for (int i = 0; i < 300'000; ++i) text += opening;
    EXPECT_TRUE(refusal_of(text).starts_with("FILE"));
  }
}

TEST(TokenizerJson, RefusesOtherModels) {
  expect_refusals({
      {"/version", "\"2.0\"", "version is \"2.0\", expected \"1.0\""},
      {"/version", "1", "version is 1"},
      {"/model", "", "model is missing"},
      {"/model", "[]", "model is []"},
      {"/model/type", "\"Unigram\"", "model.type is \"Unigram\", expected \"BPE\""},
      {"/model/dropout", "0.1", "model.dropout is 0.1, expected null"},
      {"/model/continuing_subword_prefix", "\"##\"", "model.continuing_subword_prefix is \"##\""},
      {"/model/end_of_word_suffix", "\"</w>\"", "model.end_of_word_suffix is \"</w>\""},
      {"/model/ignore_merges", "1", "model.ignore_merges is 1, expected true or false"},
  });
}

TEST(TokenizerJson, RefusesBrokenVocabularies) {
  expect_refusals({
      {"/model/vocab", "", "model.vocab is missing"},
      {"/model/vocab", "[1]", "model.vocab is [1], expected an object"},
      {"/model/vocab", "{}", "model.vocab has no token for the byte 0"},
      {"/model/vocab/A", "", "model.vocab has no token for the byte 65"},
      {"/model/vocab/ab", "-1", "model.vocab.ab is -1, expected an integer from 0 to 4194303"},
      {"/model/vocab/ab", "1e3", "model.vocab.ab is 1000.0"},
      {"/model/vocab/ab", "\"7\"", "model.vocab.ab is \"7\""},
      {"/model/vocab/ab", "4194304", "model.vocab.ab is 4194304"},
      {"/model/vocab/ab", "18446744073709551615", "model.vocab.ab is 18446744073709551615"},
      {"/model/vocab/ab", "65", "model.vocab.a"},
  });
}

TEST(TokenizerJson, RefusesBrokenMerges) {
  expect_refusals({
      {"/model/merges", "", "model.merges is missing"},
      {"/model/merges", "{}", "model.merges is an object"},
      {"/model/merges/0", "\"ab\"", "model.merges[0] is \"ab\", expected"},
      {"/model/merges/0", "\"a b c\"", "model.merges[0] is \"a b c\", expected"},
      {"/model/merges/0", "[\"a\"]", "model.merges[0] is [\"a\"], expected"},
      {"/model/merges/0", "[\"a\", 1]", "model.merges[0] is [\"a\",1], expected"},
      {"/model/merges/0", "7", "model.merges[0] is 7, expected"},
      {"/model/merges/0", "\"a nowhere\"", "model.merges[0]: \"nowhere\" is not in model.vocab"},
      {"/model/merges/0", "\"a c\"", "model.merges[0]: \"ac\" is not in model.vocab"},
      {"/model/merges/0", "\" ab\"", "model.merges[0]: \"\" is not in model.vocab"},
  });
}

TEST(TokenizerJson, RefusesBrokenAddedTokens) {
  expect_refusals({
      {"/added_tokens", "7", "added_tokens is 7, expected an array"},
      {"/added_tokens/0", "7", "added_tokens[0] is 7, expected an object"},
      {"/added_tokens/0/id", "", "added_tokens[0].id is missing"},
      {"/added_tokens/0/id", "-3", "added_tokens[0].id is -3"},
      {"/added_tokens/0/id", "99999999999", "added_tokens[0].id is 99999999999"},
      {"/added_tokens/0/id", "65",
       "added_tokens[0].id is 65, expected an id that no other token has"},
      {"/added_tokens/0/content", "\"ab\"",
       "added_tokens[0].id is 257, expected the one of model.vocab, 256"},
      {"/added_tokens/0/content", "\"\"",
       "added_tokens[0].content is \"\", expected a text of 1 to"},
      {"/added_tokens/0/content", "5", "added_tokens[0].content is 5"},
      {"/added_tokens/0/special", "\"yes\"", "added_tokens[0].special is \"yes\""},
      {"/added_tokens/1", R"({"id": 258, "content": "<s>"})",
       "added_tokens[1].content is \"<s>\", expected"},
      {"/added_tokens/1", R"({"id": 257, "content": "<t>"})",
       "added_tokens[1].id is 257, expected"},
  });
  json file = small_tokenizer();
  file["added_tokens"][0]["content"] = std::string(5000, 'x');
  EXPECT_TRUE(refusal_of(file.dump()).starts_with("FILE: added_tokens[0].content"));
}

TEST(TokenizerJson, RefusesOtherNormalizersAndDecoders) {
  expect_refusals({
      {"/normalizer", R"({"type": "Lowercase"})",
       "normalizer.type is \"Lowercase\", expected \"NFC\""},
      {"/normalizer", R"({"type": 4})", "normalizer.type is 4"},
      {"/normalizer", R"({})", "normalizer.type is missing"},
      {"/normalizer", R"("NFC")", "normalizer is \"NFC\", expected an object"},
      {"/normalizer", R"({"type": "Sequence"})", "normalizer.normalizers is missing"},
      {"/normalizer", R"({"type": "Sequence", "normalizers": [{"type": "NFKC"}]})",
       "normalizer.type is \"NFKC\""},
      {"/decoder", "null", "decoder is null, expected \"ByteLevel\""},
      {"/decoder", R"({"type": "WordPiece"})", "decoder.type is \"WordPiece\""},
  });
}

TEST(TokenizerJson, RefusesOtherPreTokenizers) {
  expect_refusals({
      {"/pre_tokenizer", "null", "pre_tokenizer is null"},
      {"/pre_tokenizer", R"({"type": "Whitespace"})", "pre_tokenizer.type is \"Whitespace\""},
      {"/pre_tokenizer/add_prefix_space", "true",
       "pre_tokenizer.add_prefix_space is true, expected false"},
      {"/pre_tokenizer", R"({"type": "Sequence", "pretokenizers": []})",
       "pre_tokenizer is an object"},
      {"/pre_tokenizer", R"({"type": "Sequence", "pretokenizers": [[]]})", "pre_tokenizer is []"},
      {"/pre_tokenizer", R"({"type": "Split", "behavior": "Removed", "pattern": {"Regex": "a"}})",
       "pre_tokenizer.behavior is \"Removed\", expected \"Isolated\""},
      {"/pre_tokenizer",
       R"({"type": "Split", "behavior": "Isolated", "invert": true, "pattern": {"Regex": "a"}})",
       "pre_tokenizer.invert is true"},
      {"/pre_tokenizer", R"({"type": "Split", "behavior": "Isolated", "pattern": {"String": "a"}})",
       "pre_tokenizer.pattern.Regex is missing"},
      {"/pre_tokenizer", R"({"type": "Split", "behavior": "Isolated", "pattern": {"Regex": "(a"}})",
       "pre_tokenizer.pattern.Regex: PCRE2 does not take the pattern"},
      {"/pre_tokenizer",
       R"({"type": "Split", "behavior": "Isolated", "pattern": {"Regex": "\\w"}})",
       "pre_tokenizer.pattern.Regex: '\\w' at byte 0 is not supported"},
  });
}

constexpr const char* kTemplate =
    R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}},
    {"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "<s>"}}],
    "special_tokens": {"<s>": {"id": "<s>", "ids": [257], "tokens": ["<s>"]}}})";

json templated(const char* pointer, const char* value) {
  json file = small_tokenizer();
  file["post_processor"] = json::parse(kTemplate);
  file["post_processor"][json::json_pointer(pointer)] = json::parse(value);
  return file;
}

TEST(TokenizerJson, PutsATemplateOnBothSides) {
  json file = small_tokenizer();
  file["post_processor"] = json::parse(kTemplate);
  const Tokenizer tokenizer = Tokenizer::parse(file.dump(), "FILE");
  EXPECT_EQ(tokenizer.encode("c", {.template_tokens = true}), (std::vector<Token>{257, 'c', 257}));
  EXPECT_EQ(tokenizer.encode("c"), (std::vector<Token>{'c'}));
}

TEST(TokenizerJson, RefusesBrokenTemplates) {
  const struct {
    const char *pointer, *value, *says;
  } cases[] = {
      {"/type", "\"RobertaProcessing\"", "post_processor.type is \"RobertaProcessing\""},
      {"/single", "7", "post_processor.single is 7"},
      {"/single", "[]", "post_processor.single is []"},
      {"/single/0", "5", "post_processor is 5"},
      {"/single/0", "{}", "post_processor.Sequence is missing"},
      {"/single/1/Sequence/id", "\"B\"", "post_processor.single is"},
      {"/single/0/SpecialToken/id", "\"<t>\"", "post_processor.special_tokens.<t> is missing"},
      {"/special_tokens/<s>/ids", "[1, 2]", "post_processor.special_tokens.<s>.ids is [1,2]"},
      {"/special_tokens/<s>/ids", "[1]", "post_processor.special_tokens.<s>.ids is [1]"},
      {"/special_tokens/<s>/ids", "[\"x\"]", "post_processor.special_tokens.<s>.ids is"},
      {"/special_tokens/<s>/tokens", "[\"nowhere\"]", "post_processor: \"nowhere\" is no token"},
      {"/special_tokens/<s>/tokens", "[3]", "post_processor.special_tokens.<s>.tokens is [3]"},
  };
  for (const auto& entry : cases) {
    const std::string refusal = refusal_of(templated(entry.pointer, entry.value).dump());
    EXPECT_TRUE(refusal.starts_with(std::string("FILE: ") + entry.says)) << refusal;
  }
}

TEST(TokenizerJson, RefusesPatternsThatRunWildOnAText) {
  json file = small_tokenizer();
  file["pre_tokenizer"] = json::parse(R"({"type": "Sequence", "pretokenizers": [
      {"type": "Split", "behavior": "Isolated", "invert": false, "pattern": {"Regex": "(a|aa)+[xy]"}},
      {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]})");
  const Tokenizer tokenizer = Tokenizer::parse(file.dump(), "FILE");
  EXPECT_EQ(tokenizer.encode("aax").size(), 3u);
  EXPECT_THROW(tokenizer.encode(std::string(500, 'a')), DataError);
}

// Any byte of a file changed to any other: refused or taken, never a crash.
TEST(TokenizerJson, SurvivesChangedBytes) {
  const std::string whole = small_tokenizer().dump();
  for (size_t at = 0; at < whole.size(); at += 3)
    for (const char byte : {'\0', '"', '}', '9', '-', '\xff'}) {
      std::string text = whole;
      text[at] = byte;
      const std::string refusal = refusal_of(text);
      EXPECT_TRUE(refusal == "taken" || refusal.starts_with("FILE")) << refusal;
    }
}

TEST(TokenizerJson, NamesFilesThatAreNotThere) {
  EXPECT_THROW(Tokenizer::read("/nowhere/tokenizer.json"), DataError);
}

}  // namespace
}  // namespace cudal1::model
