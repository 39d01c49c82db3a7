// What compare_tokenizers.py drives: texts come in on stdin, each as a line with its number of
// bytes, then the bytes.
//   tokenizer_driver encode FILE [template]   out: a line of ids for each text
//   tokenizer_driver decode FILE              texts are lines of ids; out: texts in the form of the
//   input tokenizer_driver train SIZE               out: tokenizer.json tokenizer_driver time FILE
//   out: megabytes per second of CPU time
#include <algorithm>
#include <ctime>
#include <iostream>
#include <sstream>

#include "cudal1/core/error.h"
#include "cudal1/model/tokenizer.h"

namespace cudal1::model {
namespace {

std::vector<std::string> read_texts() {
  std::vector<std::string> texts;
  for (std::string line; std::getline(std::cin, line);) {
    texts.emplace_back(std::stoul(line), '\0');
    std::cin.read(texts.back().data(), std::streamsize(texts.back().size()));
  }
  return texts;
}

void encode(const Tokenizer& tokenizer, const EncodeOptions& options) {
  for (const std::string& text : read_texts()) {
    std::string line;
    for (const Token token : tokenizer.encode(text, options)) line += std::to_string(token) + ' ';
    std::cout << line << '\n';
  }
}

void decode(const Tokenizer& tokenizer) {
  for (const std::string& text : read_texts()) {
    std::istringstream ids(text);
    std::vector<Token> tokens;
    for (Token token; ids >> token;) tokens.push_back(token);
    const std::string decoded = tokenizer.decode(tokens);
    std::cout << decoded.size() << '\n' << decoded;
  }
}

void train(int32_t size) { std::cout << train_tokenizer(read_texts(), {.vocab_size = size}); }

double seconds() { return double(std::clock()) / CLOCKS_PER_SEC; }

void time(const Tokenizer& tokenizer) {
  const std::vector<std::string> texts = read_texts();
  std::vector<double> speeds;
  for (int round = 0; round < 5; ++round) {
    size_t bytes = 0, tokens = 0;
    const double start = seconds();
    for (const std::string& text : texts) {
      bytes += text.size();
      tokens += tokenizer.encode(text).size();
    }
    speeds.push_back(double(bytes) / 1e6 / (seconds() - start));
    if (round == 0) std::cout << bytes << " bytes, " << tokens << " tokens\n";
  }
  std::sort(speeds.begin(), speeds.end());
  std::cout << speeds[2] << " MB/s (median of 5; " << speeds.front() << " to " << speeds.back()
            << ")\n";
}

int run(const std::vector<std::string>& args) {
  if (args.size() < 2) return 2;
  if (args[0] == "train") return train(std::stoi(args[1])), 0;
  const Tokenizer tokenizer = Tokenizer::read(args[1]);
  if (args[0] == "encode") encode(tokenizer, {.template_tokens = args.size() > 2});
  if (args[0] == "decode") decode(tokenizer);
  if (args[0] == "time") time(tokenizer);
  return 0;
}

}  // namespace
}  // namespace cudal1::model

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  try {
    return cudal1::model::run({argv + 1, argv + argc});
  } catch (const cudal1::Error& error) {
    std::cerr << error.what() << '\n';
    return int(error.code());
  }
}
