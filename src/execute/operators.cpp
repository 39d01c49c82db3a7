#include "operators.h"

#include <algorithm>
#include <limits>
#include <map>

#include "ivalue.h"
#include "operator_place.h"

namespace cudal1::execute {
namespace {

using Index = std::map<std::string, std::vector<c10::OperatorHandle>, std::less<>>;

// Dimname overloads are a parallel world that C++ callers never mean.
bool usable(const c10::FunctionSchema& schema) {
  const auto named = [](const c10::Argument& argument) {
    return argument.real_type()->str().find("Dimname") != std::string::npos ||
           argument.name() == "names";
  };
  return std::none_of(schema.arguments().begin(), schema.arguments().end(), named);
}

Index build_index() {
  Index index;
  auto& dispatcher = c10::Dispatcher::singleton();
  std::vector<c10::OperatorName> names = dispatcher.getAllOpNames();
  std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) {
    return std::tie(a.name, a.overload_name) < std::tie(b.name, b.overload_name);
  });
  for (const c10::OperatorName& name : names) {
    if (!name.name.starts_with("aten::")) continue;
    const auto handle = dispatcher.findSchema(name);
    if (handle && usable(handle->schema())) index[name.name.substr(6)].push_back(*handle);
  }
  return index;
}

const Index& index() {
  static const Index built = build_index();
  return built;
}

bool is_out(const c10::Argument& argument) { return argument.is_out(); }

bool starts_options(const c10::FunctionSchema& schema, size_t i) {
  const auto& arguments = schema.arguments();
  return i + 3 < arguments.size() && arguments[i].name() == "dtype" &&
         arguments[i + 1].name() == "layout" && arguments[i + 2].name() == "device" &&
         arguments[i + 3].name() == "pin_memory";
}

bool is_options(const Value& value) {
  return value.is<c10::TensorOptions>() || value.is<c10::ScalarType>() || value.is<c10::Device>() ||
         value.is<c10::Layout>() || (value.is<Vector>() && value.as<Vector>().items->empty());
}

c10::TensorOptions as_options(const Value& value) {
  if (value.is<c10::TensorOptions>()) return value.as<c10::TensorOptions>();
  if (value.is<c10::ScalarType>()) return c10::TensorOptions(value.as<c10::ScalarType>());
  if (value.is<c10::Device>()) return c10::TensorOptions(value.as<c10::Device>());
  if (value.is<c10::Layout>()) return c10::TensorOptions(value.as<c10::Layout>());
  return {};
}

// Five bits an argument: enough to tell apart what overload resolution tells apart. 0: not
// rememberable.
uint64_t signature_of(const Values& arguments) {
  if (arguments.size() > 12) return 0;
  uint64_t signature = 1;
  for (const Value& value : arguments) {
    uint64_t code = value.index();
    if (value.is<Number>())
      code = 20 + (value.as<Number>().kind == Num::kBool ? 0
                   : value.as<Number>().floating()       ? 1
                                                         : 2);
    if (value.is<Vector>()) {
      const Values& items = *value.as<Vector>().items;
      code = items.empty() ? 24 : items[0].is<at::Tensor>() ? 25 : items[0].is<Number>() ? 26 : 27;
      for (const Value& item : items)
        if (code == 26 && item.as<Number>().floating()) code = 28;
    }
    signature = signature << 5 | code;
  }
  return signature;
}

std::string listed(const Values& arguments) {
  std::string text;
  for (const Value& value : arguments) text += (text.empty() ? "" : ", ") + describe(value);
  return text;
}

std::string schemas_of(const std::vector<c10::OperatorHandle>& handles) {
  std::string text;
  size_t shown = 0;
  for (const c10::OperatorHandle& handle : handles) {
    if (shown++ == 4) return text + "; …";
    std::ostringstream schema;
    schema << handle.schema();
    text += (text.empty() ? "" : "; ") + schema.str();
  }
  return text;
}

// PyTorch's messages carry stack traces; people want the first line.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

bool loses_device(const std::string& message) {
  return message.find("CUDA error") != std::string::npos &&
         message.find("out of memory") == std::string::npos;
}

}  // namespace

const std::vector<c10::OperatorHandle>& overloads(const std::string& name) {
  static const std::vector<c10::OperatorHandle> none;
  const auto found = index().find(name);
  return found == index().end() ? none : found->second;
}

bool operator_exists(const std::string& name) {
  if (!overloads(name).empty()) return true;
  return name.ends_with("_out") && !overloads(name.substr(0, name.size() - 4)).empty();
}

const char* refusal(std::string_view name) {
  static const std::map<std::string, const char*, std::less<>> kRefused = {
      {"from_file", "it reads files"},
      {"save", "it writes files"},
      {"set_", "it replaces a tensor's storage"},
      {"resize_", "it changes the storage behind a checked tensor"},
      {"resize_as_", "it changes the storage behind a checked tensor"},
      {"resize", "it changes the storage behind a checked tensor"},
      {"record_stream", "it touches the allocator's state"},
      {"manual_seed", "it changes the random generator's global state"},
      {"seed", "it changes the random generator's global state"},
      {"_cudnn_init_dropout_state", "it makes hidden state"},
      {"_cufft_set_plan_cache_max_size", "it changes global state"},
      {"_cufft_clear_plan_cache", "it changes global state"},
      {"set_data", "it replaces a tensor's storage"},
      {"_pin_memory", "it touches the host allocator's state"},
      {"pin_memory", "it touches the host allocator's state"},
      {"_debug_has_internal_overlap", "it is internal to PyTorch"},
      {"_assert_async", "it stops the device"},
      {"_async_error", "it stops the device"},
      {"_print", "it prints"},
      {"backward", "programs run without gradients"},
      {"_backward", "programs run without gradients"},
      {"requires_grad_", "programs run without gradients"},
      {"rename_", "named tensors are not supported"},
      {"_share_memory", "it touches the host's shared memory"},
      {"_use_cudnn_ctc_loss", "it is internal to PyTorch"}};
  const auto found = kRefused.find(name);
  return found == kRefused.end() ? nullptr : found->second;
}

std::vector<std::string> operator_names() {
  std::vector<std::string> names;
  for (const auto& [name, handles] : index()) names.push_back(name);
  return names;
}

OperatorSite::OperatorSite(std::string name) : name_(std::move(name)) {}

bool OperatorSite::match(const c10::FunctionSchema& schema, const Values& values, bool out_first,
                         std::vector<Source>& sources, int& cost) {
  const auto& arguments = schema.arguments();
  sources.assign(arguments.size(), {Source::kDefault, 0});
  cost = 0;
  size_t next = 0;
  const auto take = [&](size_t i) {
    const int one = conversion_cost(values[next], *arguments[i].real_type());
    if (one < 0) return false;
    cost += one;
    sources[i] = {Source::kArgument, uint8_t(next++)};
    return true;
  };
  const bool has_out = std::any_of(arguments.begin(), arguments.end(), is_out);
  if (has_out != out_first) return false;
  for (size_t i = 0; out_first && i < arguments.size(); ++i)
    if (is_out(arguments[i]) && (next >= values.size() || !take(i))) return false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (is_out(arguments[i])) continue;
    if (next == values.size()) {
      if (!arguments[i].default_value() &&
          arguments[i].real_type()->kind() != c10::TypeKind::OptionalType)
        return false;
      continue;
    }
    if (starts_options(schema, i) &&
        values[next].is<c10::MemoryFormat>()) {  // a TensorOptions of nothing else
      i += 3;
      continue;
    }
    if (starts_options(schema, i) && is_options(values[next])) {
      const Source::Kind kinds[] = {Source::kDtype, Source::kLayout, Source::kDevice,
                                    Source::kPinned};
      for (int part = 0; part < 4; ++part) sources[i + part] = {kinds[part], uint8_t(next)};
      ++next, i += 3;
      continue;
    }
    if (take(i)) continue;
    // A generator may be left out in the middle, as C++'s overloads allow.
    if (arguments[i].name() == "generator" && arguments[i].default_value()) continue;
    return false;
  }
  return next == values.size();
}

void OperatorSite::resolve(const Values& arguments, uint64_t signature, program::SourcePos pos) {
  bool out_first = false;
  const std::vector<c10::OperatorHandle>* handles = &overloads(name_);
  if (handles->empty() && name_.ends_with("_out")) {
    handles = &overloads(name_.substr(0, name_.size() - 4));
    out_first = true;
  }
  if (handles->empty()) throw HostFailure{"operator", "there is no operator aten::" + name_, pos};
  if (const char* why = refusal(name_))
    throw HostFailure{"refused_operator", "aten::" + name_ + " is refused: " + why, pos};
  int best = std::numeric_limits<int>::max();
  Resolution found;
  for (const c10::OperatorHandle& handle : *handles) {
    std::vector<Source> sources;
    int cost = 0;
    if (!match(handle.schema(), arguments, out_first, sources, cost) || cost >= best) continue;
    best = cost;
    found.handle = &handle;
    found.sources = std::move(sources);
  }
  if (!found.handle)
    throw HostFailure{"operator",
                      "no overload of " + name_ + " takes (" + listed(arguments) + "); there are " +
                          schemas_of(*handles),
                      pos};
  found.signature = signature;
  for (const c10::Argument& argument : found.handle->schema().arguments())
    found.defaults.push_back(argument.default_value().value_or(c10::IValue()));
  resolution_ = std::move(found);
}

Value OperatorSite::call(Context& context, const Values& arguments, program::SourcePos pos) {
  const uint64_t signature = signature_of(arguments);
  if (!resolution_.handle || signature == 0 || signature != resolution_.signature)
    resolve(arguments, signature, pos);
  const auto& schema_arguments = resolution_.handle->schema().arguments();
  torch::jit::Stack stack;
  stack.reserve(resolution_.sources.size());
  for (size_t i = 0; i < resolution_.sources.size(); ++i) {
    const Source source = resolution_.sources[i];
    if (source.kind == Source::kDefault) {
      stack.push_back(resolution_.defaults[i]);
      continue;
    }
    const Value& value = arguments[source.argument];
    if (source.kind == Source::kArgument) {
      stack.push_back(to_ivalue(context, value, *schema_arguments[i].real_type()));
      continue;
    }
    const c10::TensorOptions options = as_options(value);
    if (source.kind == Source::kDtype && options.has_dtype())
      stack.emplace_back(int64_t(c10::typeMetaToScalarType(options.dtype())));
    else if (source.kind == Source::kLayout && options.has_layout())
      stack.emplace_back(int64_t(options.layout()));
    else if (source.kind == Source::kDevice && options.has_device())
      stack.emplace_back(context.real(options.device()));
    else
      stack.emplace_back();
  }
  torch::jit::Stack inputs;
  if (context.operator_ran) inputs = stack;
  const auto away = context.time.in_operator();
  try {
    resolution_.handle->callBoxed(&stack);
  } catch (const c10::Error& error) {
    const std::string what = first_line(error.what_without_backtrace());
    throw HostFailure{"operator", name_ + ": " + what, pos, loses_device(what)};
  } catch (const std::exception& error) {
    const std::string what = first_line(error.what());
    throw HostFailure{"operator", name_ + ": " + what, pos, loses_device(what)};
  }
  if (context.operator_ran) context.operator_ran(name_, inputs, stack);
  if (!context.device.is_cuda()) place_results(arguments, stack);
  if (stack.empty()) return Void{};
  if (stack.size() == 1) return from_ivalue(stack[0]);
  auto items = std::make_shared<Values>();
  for (const c10::IValue& value : stack) items->push_back(from_ivalue(value));
  return Tuple{items};
}

}  // namespace cudal1::execute
