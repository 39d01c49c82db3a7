#include "tokenizer_fixtures.h"

#include "byte_alphabet.h"
#include "cudal1/core/files.h"

namespace cudal1::model {

using nlohmann::json;

namespace {
std::string path_of(const std::string& name) {
  return std::string(CUDAL1_SOURCE_DIR "/tests/model/tokenizers/") + name + ".json";
}
}  // namespace

json fixture(const std::string& name) { return json::parse(read_file(path_of(name))); }

Tokenizer tokenizer_fixture(const std::string& name) { return Tokenizer::read(path_of(name)); }

std::vector<Token> tokens_of(const json& ids) { return ids.get<std::vector<Token>>(); }

json small_tokenizer() {
  json vocabulary = {{"ab", 256}};
  for (int byte = 0; byte < 256; ++byte) vocabulary[spelled(std::string(1, char(byte)))] = byte;
  const json byte_level = {{"type", "ByteLevel"},
                           {"add_prefix_space", false},
                           {"trim_offsets", false},
                           {"use_regex", true}};
  return {{"version", "1.0"},
          {"added_tokens",
           {{{"id", 257}, {"content", "<s>"}, {"special", true}, {"normalized", false}}}},
          {"normalizer", nullptr},
          {"pre_tokenizer", byte_level},
          {"post_processor", nullptr},
          {"decoder", byte_level},
          {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", {"a b"}}}}};
}

}  // namespace cudal1::model
