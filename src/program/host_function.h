// A host function's signature and its body, parsed when asked for.
#pragma once

#include <memory>
#include <optional>

#include "cudal1/program/program.h"
#include "program/names.h"
#include "program/split.h"

namespace cudal1::program {

// Refers to tokens and names that the program owns.
struct HostFunction::Impl {
  const Tokens* tokens = nullptr;
  const Names* names = nullptr;
  Item item;
  Function signature;
  std::optional<Diagnostic> signature_error;
  mutable Function function;
  mutable std::optional<Result<const Function*, Diagnostic>> parsed;
};

std::unique_ptr<HostFunction> make_host_function(const Tokens& tokens, const Names& names,
                                                 const Item& item);

// What a launch needs to know of a kernel. Throws SyntaxError.
Kernel parse_kernel(const Tokens& tokens, const Names& names, const Item& item);

// A variable declaration without the words that only say where it lives. Throws SyntaxError.
StmtPtr parse_variable(const Tokens& tokens, const Names& names, const Item& item);

// Tokens [begin, end) without storage classes, execution spaces and attributes.
Tokens without_specifiers(const Tokens& tokens, size_t begin, size_t end);

}  // namespace cudal1::program
