// Calls of methods: builtins, else operators of the object's tensor.
#include "compiler.h"

namespace cudal1::execute {

using namespace program;

Eval Compiler::method_call(const MemberExpr& callee, const CallExpr& node, SourcePos pos) {
  const std::string& name = callee.name;
  Eval object = expression(*callee.object);
  std::vector<Eval> args = expressions(node.args);
  const Builtin builtin = find_method_builtin(name);
  auto targs = template_arguments(callee.template_args);
  const std::string op = name == "toType"              ? "to"
                         : name == "expect_contiguous" ? "contiguous"
                                                       : name;
  auto site = operator_exists(op) ? std::make_shared<OperatorSite>(op) : nullptr;
  if (name == "cuda" || name == "cpu") site = std::make_shared<OperatorSite>("to");
  if (!builtin && !site) throw HostFailure{"name", "tensors have no method '" + name + "'", pos};
  return [=, this_interpreter = &interpreter_](Frame& frame) -> Value {
    Values values;
    values.reserve(args.size() + 1);
    values.push_back(object(frame));
    for (const Eval& arg : args) values.push_back(arg(frame));
    const TArgs known = evaluate(targs, frame);
    const Call call{*this_interpreter, frame.context, known, pos};
    const Value& self = values[0];
    if (self.is<Number>() && name == "to" && !known.empty() && known[0].type)
      return coerce(*known[0].type, self, pos);
    if (self.is<c10::Device>() && name == "index")
      return find_method_builtin("index_")(call, values);
    if (self.is<Opaque>() && name == "str") return std::string();  // what is printed is not kept
    if (self.is<Opaque>() || self.is<Stream>())
      return name == "stream" ? Value(Stream{}) : Value(Void{});
    if (self.is<at::Tensor>() && (name == "cuda" || name == "cpu")) {
      frame.context.at = pos;
      return site->call(frame.context,
                        {self, c10::TensorOptions(name == "cuda" ? c10::kCUDA : c10::kCPU),
                         Number::boolean(false), Number::boolean(false), Null{}},
                        pos);
    }
    const bool operator_first =
        self.is<at::Tensor>() && site &&
        (!builtin || name == "resize" || name == "insert" || name == "slice" || name == "fill" ||
         (name == "data" && known.empty()));
    if (builtin && !operator_first) return builtin(call, values);
    if (!site) throw HostFailure{"type", describe(self) + " has no member " + name, pos};
    if (!self.is<at::Tensor>())
      throw HostFailure{"type", describe(self) + " has no member " + name, pos};
    if (!self.as<at::Tensor>().defined())
      throw HostFailure{"check", name + " of an undefined tensor", pos};
    frame.context.at = pos;
    return site->call(frame.context, values, pos);
  };
}

}  // namespace cudal1::execute
