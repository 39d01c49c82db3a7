// The arguments of a T1 kernel, and the host-language text that makes and passes them.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "program/t1_expression.h"
#include "program/t1_json.h"

namespace cudal1::program::t1 {

// C++ expressions over the tune macros.
struct Launch {
  std::array<std::string, 3> grid, block;
  std::string shared;  // bytes
};

// How a T1 element type is held: a tensor of `dtype`, whose pointer is cast when `element` differs.
struct ElementType {
  const char* name;     // T1
  const char* element;  // in the kernel
  const char* storage;  // template argument of data_ptr
  const char* dtype;    // torch::…
  int lanes;            // float4: 4
  int bytes;
  bool is_float;
};

struct Argument {
  enum class Memory { kScalar, kVector, kLocal, kSymbol };
  enum class Access { kReadOnly, kWriteOnly, kReadWrite };
  std::string name;
  const ElementType* type = nullptr;
  Memory memory = Memory::kVector;
  Access access = Access::kReadOnly;
  double size = 0;      // elements of `type`
  std::string fill;     // vectors: the tensor expression that makes it
  std::string literal;  // scalars
};

class ArgumentReader {
 public:
  ArgumentReader(const Variables& constants, const Variables& ranges,
                 const std::map<std::string, std::string>& overrides)
      : constants_(constants), ranges_(ranges), overrides_(overrides) {}

  void read(const Node& list);
  std::string local_bytes()
      const;  // of kLocal arguments: dynamic shared memory; empty when there is none
  std::string host_text(const std::string& kernel, const Launch& launch) const;
  // Argument names, and the names that their sizes mention.
  const std::set<std::string>& names() const { return names_; }

 private:
  Argument read_one(const Node& node, size_t position);
  double size_of(const Node& node, const Argument& argument);
  std::string fill_of(const Node& node, const Argument& argument);
  std::string literal_of(const Node& node, const Argument& argument);
  double fill_value(const Node& node, const Argument& argument);

  const Variables& constants_;
  const Variables& ranges_;
  const std::map<std::string, std::string>& overrides_;
  std::vector<Argument> arguments_;
  std::set<std::string> names_;
};

}  // namespace cudal1::program::t1
