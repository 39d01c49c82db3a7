// What a Program holds. Everything in it refers to tokens and names of the same object, which never
// moves.
#pragma once

#include <deque>

#include "cudal1/program/program.h"
#include "program/bindings.h"
#include "program/names.h"
#include "program/split.h"

namespace cudal1::program {

struct Program::Impl {
  std::string path;
  std::string source;
  std::string device_source;
  Preprocessed file;
  std::vector<Item> items;
  Names names;
  std::vector<Kernel> kernels;
  std::vector<DeviceVariable> device_variables;
  std::vector<std::unique_ptr<HostFunction>> functions;  // file order
  std::vector<StmtPtr> globals;
  Bindings bindings;
  std::string entry;
  std::deque<Tokens> generated;  // tokens of functions that --call added
};

// Splits `tokens` and adds what they declare; `items` receives the top level.
void add_declarations(Program::Impl* program, const Tokens& tokens, std::vector<Item>* items);

// The entry as the file alone decides it.
std::string default_entry(const Program::Impl& program);

}  // namespace cudal1::program
