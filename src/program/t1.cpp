#include "cudal1/program/t1.h"

#include <algorithm>
#include <optional>
#include <set>

#include "cudal1/core/error.h"
#include "program/t1_arguments.h"
#include "program/t1_expression.h"
#include "program/t1_json.h"

namespace cudal1::program {
namespace t1 {
namespace {

constexpr size_t kMaxValues = 100000;  // of one tune parameter

std::string value_text(const Value& value, const Node& node) {
  if (const auto* number = std::get_if<double>(&value.data)) return format_number(*number);
  if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
  node.fail("the values must be numbers or words, not lists");
}

Value json_value(const Node& node) {
  if (node.is_string()) return {node.string()};
  return {as_number(evaluate(*parse_expression(node.expression()), {}, ""), "")};
}

List parameter_values(const Node& values) {
  if (values.is_array()) {
    List result;
    for (size_t at = 0; at < values.size(); ++at) result.push_back(json_value(values.at(at)));
    return result;
  }
  const std::string text = values.expression();
  Value value = values.with_path([&] { return evaluate(*parse_expression(text), {}, text); });
  if (auto* list = std::get_if<List>(&value.data)) return std::move(*list);
  return List(1, value);
}

std::string default_text(const Node& parameter, const TuneParam& param) {
  if (!parameter.has("Default")) return param.values.front();
  Node node = parameter.at("Default");
  if (node.is_array()) {
    if (node.size() != 1) node.fail("expected one value");
    node = node.at(0);
  }
  return value_text(json_value(node), node);
}

bool is_identifier(const std::string& name) {
  const auto word = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), word);
}

class Reader {
 public:
  Reader(const Node& root, const std::map<std::string, std::string>& overrides)
      : root_(root), overrides_(overrides) {}

  T1Task read() {
    const Node kernel = root_.at("KernelSpecification").object();
    if (const std::string language =
            kernel.at("Language").word({"CUDA", "OpenCL", "Vulkan", "HIP"});
        language != "CUDA") {
      kernel.at("Language")
          .fail("'" + language + "' kernels cannot be taken", "only CUDA kernels can");
    }
    task_.kernel_path = kernel.at("KernelFile").string();
    read_parameters(root_.at("ConfigurationSpace").object());
    read_constants(kernel);
    read_conditions(root_.at("ConfigurationSpace"));
    if (!kernel.has("Arguments")) kernel.at("Arguments");
    ArgumentReader arguments(constants_, ranges_, overrides_);
    arguments.read(kernel.at("Arguments"));
    task_.host_text =
        arguments.host_text(kernel_name(kernel), launch(kernel, arguments.local_bytes()));
    refuse_unused(arguments.names());
    task_.tune_text = tune_text();
    return std::move(task_);
  }

 private:
  void read_parameters(const Node& space) {
    const Node list = space.at("TuningParameters").array();
    for (size_t at = 0; at < list.size(); ++at) read_parameter(list.at(at).object());
  }

  void read_parameter(const Node& node) {
    TuneParam param;
    param.name = node.at("Name").string();
    if (!is_identifier(param.name)) node.at("Name").fail("'" + param.name + "' is no macro name");
    if (ranges_.contains(param.name)) node.at("Name").fail("'" + param.name + "' is there twice");
    List values = parameter_values(node.at("Values"));
    if (values.empty()) node.at("Values").fail("a tune parameter needs at least one value");
    if (values.size() > kMaxValues) node.at("Values").fail("too many values");
    for (const Value& value : values) param.values.push_back(value_text(value, node.at("Values")));
    param.default_value = default_text(node, param);
    fix_by_override(node, param, values);
    if (std::find(param.values.begin(), param.values.end(), param.default_value) ==
        param.values.end()) {
      // Published files hold such defaults (a divisor of 2 with the values 1, 3, 5): the first
      // value stands in.
      param.default_value = param.values.front();
    }
    ranges_[param.name] = Value{std::move(values)};
    task_.tune.push_back(std::move(param));
  }

  void fix_by_override(const Node& node, TuneParam& param, List& values) {
    const auto found = overrides_.find(param.name);
    if (found == overrides_.end()) return;
    used_.insert(param.name);
    const auto at = std::find(param.values.begin(), param.values.end(), found->second);
    if (at == param.values.end()) {
      node.fail(param.name + "=" + found->second + " is not among its " +
                std::to_string(param.values.size()) + " values");
    }
    values = {values[at - param.values.begin()]};
    param.values = {found->second};
    param.default_value = found->second;
  }

  // Everything that sizes and launches may name besides the tune parameters.
  void read_constants(const Node& kernel) {
    if (root_.has("BenchmarkConfig")) {
      for (const auto& [name, value] : root_.at("BenchmarkConfig").object().json().items()) {
        if (value.is_number()) constants_[name] = Value{value.get<double>()};
      }
    }
    for (const auto& [name, text] : overrides_) {
      if (ranges_.contains(name)) continue;
      try {
        constants_[name] = Value{evaluate_t1(text, {})};
      } catch (const DataError& error) {
        throw UsageError(name + "=" + text + " is no number",
                         "give NAME=value with a number or an expression of numbers");
      }
    }
    if (kernel.has("ProblemSize"))
      constants_["ProblemSize"] = Value{problem_size(kernel.at("ProblemSize"))};
  }

  List problem_size(const Node& node) {
    List sizes;
    const auto add = [&](const Node& element) {
      const std::string text = element.expression();
      sizes.push_back({element.with_path([&] { return number(text, {}); })});
    };
    if (!node.is_array()) return add(node), sizes;
    for (size_t at = 0; at < node.size(); ++at) add(node.at(at));
    return sizes;
  }

  double number(const std::string& text, const Variables& more) {
    const auto tree = parse_expression(text);
    for (const std::string& name : free_names(*tree)) used_.insert(name);
    Variables variables = constants_;
    variables.insert(more.begin(), more.end());
    return as_number(evaluate(*tree, variables, text), text);
  }

  void read_conditions(const Node& space) {
    if (!space.has("Conditions")) return;
    const Node list = space.at("Conditions").array();
    for (size_t at = 0; at < list.size(); ++at) {
      const Node node = list.at(at).is_object() ? list.at(at).at("Expression") : list.at(at);
      const std::string text = node.string();
      node.with_path([&] {
        const auto tree = parse_expression(text);
        for (const std::string& name : free_names(*tree)) {
          used_.insert(name);
          if (!ranges_.contains(name) && !constants_.contains(name)) {
            throw DataError("the condition names '" + name + "', which is no tune parameter");
          }
        }
        return 0;
      });
      task_.conditions.push_back(text);
    }
  }

  std::string kernel_name(const Node& kernel) {
    std::string name = kernel.at("KernelName").string();
    if (!kernel.has("KernelTypeNames")) return name;
    const Node types = kernel.at("KernelTypeNames").array();
    std::string list;
    for (size_t at = 0; at < types.size(); ++at) list += (at ? ", " : "") + types.at(at).string();
    return list.empty() ? name : name + "<" + list + ">";
  }

  // A launch expression over the tune macros. Names that nothing gives a value are what the user
  // must add.
  std::string lower(const Node& node) {
    const std::string text = node.expression();
    return node.with_path([&] {
      const auto tree = parse_expression(text);
      for (const std::string& name : free_names(*tree)) {
        used_.insert(name);
        if (!ranges_.contains(name) && !constants_.contains(name)) {
          throw DataError("'" + name + "' has no value",
                          "add " + name + "=value to the command line");
        }
      }
      const std::string lowered = lower_to_cpp(*tree, constants_, text);
      return has_true_division(*tree) ? "int64_t(std::ceil(" + lowered + "))" : lowered;
    });
  }

  std::optional<std::string> extent(const Node& sizes, const char* axis) {
    if (sizes.has(axis)) return lower(sizes.at(axis));
    return std::nullopt;
  }

  // kernel_tuner's extension: the grid is the problem size over the product of the named divisors,
  // rounded up.
  std::optional<std::string> divided_problem(const Node& kernel, const char* axis,
                                             size_t dimension) {
    const std::string key = std::string("GridDiv") + axis;
    if (!kernel.has("ProblemSize") || !kernel.has(key)) return std::nullopt;
    const List& sizes = std::get<List>(constants_.at("ProblemSize").data);
    if (dimension >= sizes.size()) return std::nullopt;
    const std::string size = format_number(as_number(sizes[dimension], key));
    const Node divisors = kernel.at(key).array();
    std::string product;
    for (size_t at = 0; at < divisors.size(); ++at)
      product += (at ? " * " : "") + lower(divisors.at(at));
    if (product.empty()) return size;
    return "(" + size + " + " + product + " - 1) / (" + product + ")";
  }

  Launch launch(const Node& kernel, const std::string& local_bytes) {
    static constexpr const char* kAxes[] = {"X", "Y", "Z"};
    const Node local = kernel.at("LocalSize").object();
    local.at("X");
    const bool divides = kernel.has("GlobalSizeType") &&
                         kernel.at("GlobalSizeType").word({"CUDA", "OpenCL", "Vulkan"}) == "OpenCL";
    const bool by_problem = kernel.has("ProblemSize") && kernel.has("GridDivX");
    if (!by_problem) kernel.at("GlobalSize").object().at("X");
    Launch result;
    for (size_t axis = 0; axis < 3; ++axis) {
      const std::string block = extent(local, kAxes[axis]).value_or("1");
      std::string grid = "1";
      if (const auto divided = divided_problem(kernel, kAxes[axis], axis)) {
        grid = *divided;
      } else if (kernel.has("GlobalSize")) {
        grid = extent(kernel.at("GlobalSize").object(), kAxes[axis]).value_or("1");
        if (divides && block != "1") grid = "(" + grid + " + " + block + " - 1) / (" + block + ")";
      }
      result.block[axis] = block;
      result.grid[axis] = grid;
    }
    result.shared = kernel.has("SharedMemory") ? lower(kernel.at("SharedMemory")) : "0";
    if (!local_bytes.empty())
      result.shared = result.shared == "0" ? local_bytes : result.shared + " + " + local_bytes;
    return result;
  }

  void refuse_unused(const std::set<std::string>& argument_names) {
    for (const auto& [name, value] : overrides_) {
      if (used_.contains(name) || argument_names.contains(name)) continue;
      std::string known;
      for (const auto& param : task_.tune) known += (known.empty() ? "" : ", ") + param.name;
      for (const auto& argument : argument_names) known += (known.empty() ? "" : ", ") + argument;
      throw UsageError(
          name + "=" + value + " names nothing in " + task_.kernel_path + "'s specification",
          "it knows: " + known);
    }
  }

  std::string tune_text() const {
    std::string text;
    for (const TuneParam& param : task_.tune) {
      text += "#ifndef " + param.name + "\n#define " + param.name + " " + param.default_value +
              "\n#endif\n";
      text += "#pragma kernel tune(" + param.name + "=";
      for (size_t at = 0; at < param.values.size(); ++at)
        text += (at ? ", " : "") + param.values[at];
      text += ") default(" + param.default_value + ")\n";
    }
    return text;
  }

  const Node& root_;
  const std::map<std::string, std::string>& overrides_;
  T1Task task_;
  Variables constants_;
  Variables ranges_;            // tune parameter → list of its values
  std::set<std::string> used_;  // names that some expression mentions
};

}  // namespace
}  // namespace t1

T1Task read_t1(const std::string& path, std::string_view json,
               const std::map<std::string, std::string>& overrides) {
  const t1::Json document = t1::parse_json(path, json);
  const t1::Node root(document, path);
  root.object();
  return t1::Reader(root, overrides).read();
}

}  // namespace cudal1::program
