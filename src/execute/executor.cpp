#include "cudal1/execute/executor.h"

#include <c10/core/InferenceMode.h>

#include <new>

#include "interpreter.h"

namespace cudal1::execute {

struct Executor::Impl {
  Interpreter interpreter;
  const Instance* entry = nullptr;  // remembered for entries without template parameters

  Impl(const program::Program& program, Device& device, CompileKernels compile)
      : interpreter(program, device, std::move(compile)) {}
};

Executor::Executor(const program::Program& program, Device& device, CompileKernels compile)
    : impl_(std::make_unique<Impl>(program, device, std::move(compile))) {}
Executor::~Executor() = default;
Executor::Executor(Executor&&) noexcept = default;

namespace {

void collect(const Value& value, std::vector<at::Tensor>& tensors) {
  if (value.is<at::Tensor>()) tensors.push_back(value.as<at::Tensor>());
  const Values* items = value.is<Vector>()  ? value.as<Vector>().items.get()
                        : value.is<Tuple>() ? value.as<Tuple>().items.get()
                                            : nullptr;
  if (items)
    for (const Value& item : *items) collect(item, tensors);
}

// What the dispatcher or an allocator may still throw past OperatorSite.
HostFailure unexpected(const std::exception& error, program::SourcePos pos) {
  if (dynamic_cast<const std::bad_alloc*>(&error))
    return HostFailure{"check", "there is not enough host memory for this", pos};
  const std::string text = error.what();
  return HostFailure{"operator", text.substr(0, text.find('\n')), pos};
}

template <typename Work>
std::optional<HostFailure> failure_of(Work&& work) {
  try {
    work();
    return std::nullopt;
  } catch (const HostFailure& failure) {
    return failure;
  }
}

}  // namespace

std::vector<at::Tensor> tensors_in(const Value& value) {
  std::vector<at::Tensor> tensors;
  collect(value, tensors);
  return tensors;
}

Result<Value, HostFailure> Executor::call(const std::string& function, const Values& arguments) {
  const c10::InferenceMode guard;
  Interpreter& interpreter = impl_->interpreter;
  try {
    Values given = arguments;
    interpreter.context().time.begin();
    return interpreter.call(function, {}, given, {}, 0);
  } catch (const HostFailure& failure) {
    return failure;
  } catch (const std::exception& error) {
    return unexpected(error, interpreter.context().statement);
  }
}

Result<Values, HostFailure> Executor::make_inputs(const std::string& function) {
  const auto made = call(function, {});
  if (!made.ok()) return made.error();
  if (made->is<Vector>()) return *made->as<Vector>().items;
  if (made->is<Tuple>()) return *made->as<Tuple>().items;
  if (made->is<at::Tensor>()) return Values{*made};
  return HostFailure{
      "type",
      function + "() must return its arguments as a list or tuple, got " + describe(*made),
      {}};
}

Result<std::vector<at::Tensor>, HostFailure> Executor::forward(const Values& arguments) {
  const c10::InferenceMode guard;
  Interpreter& interpreter = impl_->interpreter;
  try {
    Values given = arguments;
    interpreter.context().time.begin();
    if (!impl_->entry) {
      const program::Function& function =
          interpreter.find_function(interpreter.program().entry(), arguments, {});
      const Instance& instance = interpreter.instance(function, {}, arguments, function.pos);
      if (function.template_params.empty()) impl_->entry = &instance;
      return tensors_in(interpreter.run(instance, given, function.pos, 0));
    }
    return tensors_in(interpreter.run(*impl_->entry, given, {}, 0));
  } catch (const HostFailure& failure) {
    return failure;
  } catch (const std::exception& error) {
    return unexpected(error, interpreter.context().statement);
  }
}

std::optional<HostFailure> Executor::reset_module() {
  return failure_of([&] { impl_->interpreter.reset_variables({}); });
}

Result<std::vector<ChangedVariable>, HostFailure> Executor::changed_variables() {
  std::vector<ChangedVariable> changed;
  if (auto failure = failure_of([&] { changed = impl_->interpreter.changed_variables({}); }))
    return std::move(*failure);
  return changed;
}

std::optional<HostFailure> Executor::set_variable(const std::string& symbol,
                                                  const std::vector<std::byte>& bytes) {
  return failure_of([&] {
    impl_->interpreter.copy_to_symbol(symbol, bytes.data(), bytes.size(), 0, /*from_host=*/true,
                                      {});
  });
}

void Executor::observe(Observer observer) {
  Context& context = impl_->interpreter.context();
  context.kernel_ran = std::move(observer.kernel_ran);
  context.operator_ran = {};
  if (!observer.operator_ran) return;
  context.operator_ran = [ran = std::move(observer.operator_ran)](const std::string& name,
                                                                  const torch::jit::Stack& in,
                                                                  const torch::jit::Stack& out) {
    const auto tensors = [](const torch::jit::Stack& stack) {
      std::vector<at::Tensor> found;
      for (const c10::IValue& value : stack) {
        if (value.isTensor()) found.push_back(value.toTensor());
        if (value.isTensorList())
          for (const at::Tensor& tensor : value.toTensorVector()) found.push_back(tensor);
      }
      return found;
    };
    ran(name, tensors(in), tensors(out));
  };
}

void Executor::set_host_limit(double seconds) {
  impl_->interpreter.context().time.set_limit(seconds);
}

program::SourcePos Executor::position() const { return impl_->interpreter.context().at; }
const std::vector<std::string>& Executor::name_expressions() const {
  return impl_->interpreter.name_expressions();
}

}  // namespace cudal1::execute
