#include "json_text.h"
#include "read_pipeline.h"
#include "read_vocabulary.h"
#include "tokenizer_parts.h"

namespace cudal1::model {

// "truncation" and "padding" are left alone: they are what somebody once asked of a batch, and
// `transformers` resets them too.
TokenizerParts read_tokenizer_parts(std::string_view text, const std::string& name) {
  const nlohmann::json json = parse_json(std::string(text), name);
  const Fields file(json, name);
  if (file.has("version") && file.text("version", "\"1.0\"") != "1.0")
    file.refuse("version", "\"1.0\"");
  TokenizerParts parts;
  parts.nfc = reads_nfc(file);
  parts.patterns = read_patterns(file, name);
  check_decoder(file);
  read_vocabulary(file.object("model"), parts);
  read_added_tokens(file, name, parts);
  read_template(file, parts);
  return parts;
}

}  // namespace cudal1::model
