#include "program/t1_arguments.h"

#include <cmath>
#include <optional>

namespace cudal1::program::t1 {
namespace {

// Unsigned integers wider than a byte are held as signed tensors of the same width: torch has
// hardly any operators for them, and a kernel sees only bits.
constexpr ElementType kTypes[] = {
    {"bool", "bool", "bool", "kBool", 1, 1, false},
    {"int8", "int8_t", "int8_t", "kInt8", 1, 1, false},
    {"uint8", "uint8_t", "uint8_t", "kUInt8", 1, 1, false},
    {"int16", "int16_t", "int16_t", "kInt16", 1, 2, false},
    {"uint16", "uint16_t", "int16_t", "kInt16", 1, 2, false},
    {"int32", "int32_t", "int32_t", "kInt32", 1, 4, false},
    {"uint32", "uint32_t", "int32_t", "kInt32", 1, 4, false},
    {"int64", "int64_t", "int64_t", "kInt64", 1, 8, false},
    {"uint64", "uint64_t", "int64_t", "kInt64", 1, 8, false},
    {"half", "__half", "at::Half", "kFloat16", 1, 2, true},
    {"half2", "__half2", "at::Half", "kFloat16", 2, 4, true},
    {"float", "float", "float", "kFloat32", 1, 4, true},
    {"float2", "float2", "float", "kFloat32", 2, 8, true},
    {"float4", "float4", "float", "kFloat32", 4, 16, true},
    {"double", "double", "double", "kFloat64", 1, 8, true},
    {"double2", "double2", "double", "kFloat64", 2, 16, true},
    {"double4", "double4", "double", "kFloat64", 4, 32, true},
};

const ElementType* find_type(const Node& node) {
  const std::string name = node.string();
  std::string known;
  for (const ElementType& type : kTypes) {
    if (name == type.name) return &type;
    known += (known.empty() ? "" : ", ") + std::string(type.name);
  }
  node.fail("'" + name + "' is no element type CUDA has", "it takes " + known);
}

std::string options_of(const ElementType& type) {
  return "torch::dtype(torch::" + std::string(type.dtype) + ").device(torch::kCUDA)";
}

std::string element_count(const Argument& argument) {
  return format_number(argument.size * argument.type->lanes);
}

std::string float_literal(double value) {
  std::string text = format_number(value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string pointer(const Argument& argument, const std::string& tensor) {
  const ElementType& type = *argument.type;
  const std::string plain = tensor + ".data_ptr<" + type.storage + ">()";
  if (std::string_view(type.element) == type.storage) return plain;
  return std::string("reinterpret_cast<") + type.element + "*>(" + plain + ")";
}

bool is_input(const Argument& argument) {
  if (argument.memory == Argument::Memory::kSymbol) return true;
  return argument.memory == Argument::Memory::kVector &&
         argument.access != Argument::Access::kWriteOnly;
}

bool is_output(const Argument& argument) {
  return argument.memory == Argument::Memory::kVector &&
         argument.access != Argument::Access::kReadOnly;
}

std::string dim3_of(const std::array<std::string, 3>& extents) {
  return "dim3(" + extents[0] + ", " + extents[1] + ", " + extents[2] + ")";
}

}  // namespace

void ArgumentReader::read(const Node& list) {
  list.array();
  bool has_output = false;
  for (size_t at = 0; at < list.size(); ++at) {
    arguments_.push_back(read_one(list.at(at).object(), at));
    has_output |= is_output(arguments_.back());
  }
  if (!has_output) {
    list.fail("no argument is an output",
              "give AccessType WriteOnly or ReadWrite to what the kernel writes");
  }
}

Argument ArgumentReader::read_one(const Node& node, size_t position) {
  Argument argument;
  argument.name = node.has("Name") ? node.at("Name").string() : "arg" + std::to_string(position);
  if (!names_.insert(argument.name).second)
    node.at("Name").fail("'" + argument.name + "' is there twice");
  argument.type = find_type(node.at("Type"));
  const std::string memory = node.at("MemoryType").word({"Scalar", "Vector", "Local", "Symbol"});
  if (memory == "Scalar") {
    argument.memory = Argument::Memory::kScalar;
    if (argument.type->lanes > 1) node.at("Type").fail("a scalar of a vector type cannot be taken");
    argument.literal = literal_of(node, argument);
    return argument;
  }
  argument.size = size_of(node, argument);
  if (memory == "Local") {
    argument.memory = Argument::Memory::kLocal;
    return argument;
  }
  // benchmark_hub marks constant memory by MemType; KTT by MemoryType Symbol.
  const bool constant =
      memory == "Symbol" || (node.has("MemType") && node.at("MemType").string() == "Constant");
  if (constant) {
    argument.memory = Argument::Memory::kSymbol;
  } else {
    const std::string access = node.at("AccessType").word({"ReadOnly", "WriteOnly", "ReadWrite"});
    argument.access = access == "ReadOnly"    ? Argument::Access::kReadOnly
                      : access == "WriteOnly" ? Argument::Access::kWriteOnly
                                              : Argument::Access::kReadWrite;
  }
  if (is_input(argument)) argument.fill = fill_of(node, argument);
  return argument;
}

double ArgumentReader::size_of(const Node& node, const Argument& argument) {
  const auto found = overrides_.find(argument.name);
  if (found == overrides_.end() && !node.has("Size")) {
    node.fail("Size is missing", "add it, or " + argument.name + "=elements to the command line");
  }
  const Node where = found == overrides_.end() ? node.at("Size") : node;
  const std::string text = found == overrides_.end() ? where.expression() : found->second;
  const double size = where.with_path([&] {
    const auto tree = parse_expression(text);
    Variables variables = ranges_;
    variables.insert(constants_.begin(), constants_.end());
    for (const std::string& name : free_names(*tree)) {
      names_.insert(name);
      if (!variables.contains(name)) {
        throw DataError("the size names '" + name + "', which has no value",
                        "add " + name + "=value to the command line");
      }
    }
    return as_number(evaluate(*tree, variables, text), text);
  });
  if (!(size >= 1) || size != std::floor(size) || size > 1e12) {
    where.fail("a size of " + format_number(size) + " elements",
               "a size is a whole number of at least 1");
  }
  return size;
}

double ArgumentReader::fill_value(const Node& node, const Argument& argument) {
  const auto found = overrides_.find(argument.name);
  const bool overridden = argument.memory == Argument::Memory::kScalar && found != overrides_.end();
  if (!overridden && !node.has("FillValue")) {
    node.fail("FillValue is missing",
              argument.memory == Argument::Memory::kScalar
                  ? "add it, or " + argument.name + "=value to the command line"
                  : "add the value (Constant) or the upper bound (Random)");
  }
  const Node where = overridden ? node : node.at("FillValue");
  const std::string text = overridden ? found->second : where.expression();
  return where.with_path([&] {
    const auto tree = parse_expression(text);
    for (const std::string& name : free_names(*tree)) names_.insert(name);
    return as_number(evaluate(*tree, constants_, text), text);
  });
}

std::string ArgumentReader::literal_of(const Node& node, const Argument& argument) {
  const double value = fill_value(node, argument);
  const std::string_view name = argument.type->name;
  if (name == "bool") return value != 0 ? "true" : "false";
  if (name == "float") return float_literal(value) + "f";
  if (name == "double") return float_literal(value);
  if (name == "half") return "at::Half(" + float_literal(value) + "f)";
  if (value != std::floor(value))
    node.at("FillValue").fail(format_number(value) + " is no integer, but the type is one");
  return std::string(argument.type->element) + "(" + format_number(value) + ")";
}

std::string ArgumentReader::fill_of(const Node& node, const Argument& argument) {
  if (!node.has("FillType") && !node.has("FillValue")) {
    node.fail("FillType is missing",
              "Random with a FillValue, Constant with a FillValue, or Generator with a DataSource");
  }
  const std::string kind = node.has("FillType") ? node.at("FillType").string() : "Constant";
  const std::string count = element_count(argument), options = options_of(*argument.type);
  if (kind == "Constant") {
    return "torch::full({" + count + "}, " + format_number(fill_value(node, argument)) + ", " +
           options + ")";
  }
  if (kind == "Random" && argument.type->is_float) {
    const double bound = node.has("FillValue") ? fill_value(node, argument) : 1.0;
    const bool half = argument.type->bytes / argument.type->lanes ==
                      2;  // scaled in float: rand of half is coarse
    const std::string base = half ? "torch::dtype(torch::kFloat32).device(torch::kCUDA)" : options;
    const std::string scaled =
        "torch::rand({" + count + "}, " + base + ") * " + float_literal(bound);
    return half ? "(" + scaled + ").to(torch::kFloat16)" : scaled;
  }
  if (kind == "Random") {
    const double bound = std::max(1.0, fill_value(node, argument));
    return "torch::randint(0, " + format_number(std::ceil(bound)) + ", {" + count + "}, " +
           options + ")";
  }
  if (kind == "Generator") {
    const Node source = node.at("DataSource");
    const std::string text = source.string();
    const std::string index =
        "torch::arange(" + count + ", torch::dtype(torch::kFloat64).device(torch::kCUDA))";
    return source.with_path([&] {
      const auto tree = parse_expression(text);
      const auto free = free_names(*tree);
      if (std::find(free.begin(), free.end(), "i") == free.end()) {
        const double value = as_number(evaluate(*tree, constants_, text), text);
        return "torch::full({" + count + "}, " + format_number(value) + ", " + options + ")";
      }
      return "(" + lower_to_tensor(*tree, constants_, index, text) +
             ").to(torch::" + argument.type->dtype + ")";
    });
  }
  if (kind == "BinaryRaw" || kind == "BinaryHDF") {
    node.at("FillType")
        .fail("'" + kind + "' reads a file, which the host language cannot",
              "use Random, Constant or Generator, or write inputs() by hand and load nothing");
  }
  node.at("FillType").fail("'" + kind + "' is not one of Constant, Random, Generator");
}

std::string ArgumentReader::local_bytes() const {
  std::string bytes;
  for (const Argument& argument : arguments_) {
    if (argument.memory != Argument::Memory::kLocal) continue;
    bytes += (bytes.empty() ? "" : " + ") + format_number(argument.size * argument.type->bytes);
  }
  return bytes;
}

std::string ArgumentReader::host_text(const std::string& kernel, const Launch& launch) const {
  std::string params, prepare, passed, makes, outputs;
  int output_count = 0;
  const auto append = [](std::string& list, const std::string& item) {
    list += (list.empty() ? "" : ", ") + item;
  };
  for (const Argument& argument : arguments_) {
    std::string tensor = "t1_" + argument.name;
    if (is_input(argument)) {
      append(params, "torch::Tensor " + tensor);
      append(makes, "\n      " + argument.fill);
    }
    if (is_output(argument)) {
      const std::string input = tensor;
      tensor += "_out";
      const bool reads = argument.access == Argument::Access::kReadWrite;
      prepare += "  auto " + tensor + " = " +
                 (reads ? input + ".clone()"
                        : "torch::empty({" + element_count(argument) + "}, " +
                              options_of(*argument.type) + ")") +
                 ";\n";
      append(outputs, tensor);
      ++output_count;
    }
    switch (argument.memory) {
      case Argument::Memory::kScalar:
        append(passed, argument.literal);
        break;
      case Argument::Memory::kVector:
        append(passed, pointer(argument, tensor));
        break;
      case Argument::Memory::kLocal:
        break;
      case Argument::Memory::kSymbol:
        prepare += "  cudaMemcpyToSymbol(" + argument.name + ", " + pointer(argument, tensor) +
                   ", " + format_number(argument.size * argument.type->bytes) +
                   ", 0, cudaMemcpyDeviceToDevice);\n";
        break;
    }
  }
  const bool single = output_count == 1;
  std::string text = std::string(single ? "torch::Tensor" : "std::vector<torch::Tensor>") +
                     " forward(" + params + ") {\n";
  text += prepare + "  " + kernel + "<<<" + dim3_of(launch.grid) + ", " + dim3_of(launch.block) +
          ", " + launch.shared + ">>>(" + passed + ");\n";
  text += single ? "  return " + outputs + ";\n}\n" : "  return {" + outputs + "};\n}\n";
  text += "\nstd::vector<torch::Tensor> inputs() {\n  return {" + makes + "};\n}\n";
  return text;
}

}  // namespace cudal1::program::t1
