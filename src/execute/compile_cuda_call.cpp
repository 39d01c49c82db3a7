// Calls of CUDA's run time that name a symbol or a kernel.
#include <algorithm>

#include "compiler.h"

namespace cudal1::execute {

using namespace program;

namespace {

// The bytes of a host array, each element at the width of its declared type.
std::vector<std::byte> bytes_of(const Values& items, size_t first, const Type* element,
                                SourcePos pos) {
  std::vector<std::byte> bytes;
  for (size_t i = first; i < items.size(); ++i) {
    if (items[i].is<Vector>()) {
      const Vector& row = items[i].as<Vector>();
      const auto inner = bytes_of(*row.items, 0, row.element ? row.element.get() : element, pos);
      bytes.insert(bytes.end(), inner.begin(), inner.end());
      continue;
    }
    if (!items[i].is<Number>())
      throw HostFailure{"type", "cannot copy " + describe(items[i]) + " to the device", pos};
    const bool known = element && element->kind == Type::Kind::kNumber;
    const Number number =
        known ? convert(items[i].as<Number>(), element->num) : items[i].as<Number>();
    KernelArguments packed;
    const uint32_t size = size_of(number.kind);
    if (number.kind == Num::kF32) {
      const float value = float(number.d);
      packed.add(&value, 4, 1);
    } else if (number.kind == Num::kF64) {
      packed.add(&number.d, 8, 1);
    } else if (!number.floating()) {
      packed.add(&number.i, size, 1);
    } else {
      throw HostFailure{"unsupported", "copying half-precision host arrays to the device", pos};
    }
    bytes.insert(bytes.end(), packed.bytes.begin(), packed.bytes.end());
  }
  return bytes;
}

std::string symbol_name(const Expr& expression) {
  if (const auto* name = std::get_if<NameExpr>(&expression.node)) return name->name;
  if (const auto* unary = std::get_if<UnaryExpr>(&expression.node);
      unary && unary->op == UnaryOp::kAddressOf)
    return symbol_name(*unary->operand);
  if (const auto* index = std::get_if<IndexExpr>(&expression.node))
    return symbol_name(*index->object);
  return "";
}

}  // namespace

Eval Compiler::symbol_copy(const CallExpr& node, SourcePos pos) {
  if (node.args.size() < 3)
    throw HostFailure{"type", "cudaMemcpyToSymbol takes a symbol, a source and a number of bytes",
                      pos};
  const std::string symbol = symbol_name(*node.args[0]);
  if (symbol.empty())
    throw HostFailure{"type", "cudaMemcpyToSymbol takes the name of a device variable", pos};
  std::vector<Eval> rest;
  for (size_t i = 1; i < node.args.size(); ++i) rest.push_back(expression(*node.args[i]));
  return [symbol, rest, interpreter = &interpreter_, pos](Frame& frame) -> Value {
    const Values values = evaluate(rest, frame);
    frame.context.at = pos;
    if (!values[1].is<Number>())
      throw HostFailure{"type", "the number of bytes must be an integer", pos};
    const auto count = uint64_t(values[1].as<Number>().as_int());
    const uint64_t offset =
        values.size() > 2 && values[2].is<Number>() ? uint64_t(values[2].as<Number>().as_int()) : 0;
    if (values[0].is<Pointer>() && values[0].as<Pointer>().address &&
        !values[0].as<Pointer>().array) {
      interpreter->copy_to_symbol(symbol, values[0].as<Pointer>().address, count, offset, false,
                                  pos);
      return Number::of(0, Num::kI32);
    }
    const bool pointer = values[0].is<Pointer>() && values[0].as<Pointer>().array;
    if (!pointer && !values[0].is<Vector>())
      throw HostFailure{"type", "cannot copy from " + describe(values[0]), pos};
    const Values& items = pointer ? *values[0].as<Pointer>().array : *values[0].as<Vector>().items;
    const Type* element =
        pointer ? values[0].as<Pointer>().pointee.get() : values[0].as<Vector>().element.get();
    const size_t first = pointer ? reinterpret_cast<size_t>(values[0].as<Pointer>().address) : 0;
    const std::vector<std::byte> bytes = bytes_of(items, first, element, pos);
    if (bytes.size() < count)
      throw HostFailure{"check",
                        "cudaMemcpyToSymbol of " + std::to_string(count) +
                            " bytes from an array of " + std::to_string(bytes.size()),
                        pos};
    interpreter->copy_to_symbol(symbol, bytes.data(), count, offset, true, pos);
    return Number::of(0, Num::kI32);
  };
}

Eval Compiler::occupancy_call(const CallExpr& node, SourcePos pos) {
  const auto* kernel = node.args.size() >= 4 ? kernel_in(*node.args[1]) : nullptr;
  const auto* out = node.args.size() >= 4 ? std::get_if<UnaryExpr>(&node.args[0]->node) : nullptr;
  const Kernel* found = kernel ? interpreter_.program().find_kernel(kernel->name) : nullptr;
  if (!found || !out || out->op != UnaryOp::kAddressOf)
    throw HostFailure{
        "type",
        "cudaOccupancyMaxActiveBlocksPerMultiprocessor takes (&blocks, kernel, threads, bytes)",
        pos};
  return [found, target = place(*out->operand), targs = template_arguments(kernel->template_args),
          threads = expression(*node.args[2]), shared = expression(*node.args[3]),
          interpreter = &interpreter_, pos](Frame& frame) -> Value {
    const Value t = threads(frame), s = shared(frame);
    if (!t.is<Number>() || !s.is<Number>())
      throw HostFailure{"type", "threads and bytes must be integers", pos};
    const int blocks =
        interpreter->occupancy(*found, evaluate(targs, frame), int(t.as<Number>().as_int()),
                               uint64_t(s.as<Number>().as_int()), pos);
    target(frame) = Number::of(blocks, Num::kI32);
    return Number::of(0, Num::kI32);
  };
}

namespace {

// As CUDA's own: of the largest blocks that leave the fewest threads of a multiprocessor idle.
std::pair<int, int> best_block(const DeviceProperties& device, int limit,
                               const std::function<int(int threads)>& occupancy) {
  const int most =
      limit > 0 ? std::min(limit, device.max_threads_per_block) : device.max_threads_per_block;
  int best = 0, best_blocks = 0;
  for (int threads = (most + 31) / 32 * 32; threads > 0; threads -= 32) {
    const int block = std::min(threads, most), blocks = occupancy(block);
    if (block * blocks > best * best_blocks) best = block, best_blocks = blocks;
  }
  return {best, best_blocks};
}

}  // namespace

// cudaOccupancyMaxPotentialBlockSize(&grid, &block, kernel, bytes, limit)
Eval Compiler::block_size_call(const CallExpr& node, SourcePos pos) {
  std::vector<Place> outputs;
  for (size_t i = 0; i < 2 && i < node.args.size(); ++i)
    if (const auto* unary = std::get_if<UnaryExpr>(&node.args[i]->node))
      if (unary->op == UnaryOp::kAddressOf) outputs.push_back(place(*unary->operand));
  const auto* kernel = node.args.size() > 2 ? kernel_in(*node.args[2]) : nullptr;
  const Kernel* found = kernel ? interpreter_.program().find_kernel(kernel->name) : nullptr;
  if (!found || outputs.size() != 2)
    throw HostFailure{
        "type", "cudaOccupancyMaxPotentialBlockSize takes (&grid, &block, kernel, bytes)", pos};
  std::vector<Eval> limits;
  for (size_t i = 3; i < node.args.size(); ++i) limits.push_back(expression(*node.args[i]));
  return [found, outputs, targs = template_arguments(kernel->template_args), limits,
          interpreter = &interpreter_, pos](Frame& frame) -> Value {
    int64_t given[2] = {0, 0};  // shared bytes, threads at most
    const Values values = evaluate(limits, frame);
    for (size_t i = 0; i < values.size() && i < 2; ++i) {
      if (!values[i].is<Number>())
        throw HostFailure{"type", "bytes and threads must be integers", pos};
      given[i] = values[i].as<Number>().as_int();
    }
    const TArgs known = evaluate(targs, frame);
    const DeviceProperties device = frame.context.device.properties();
    const auto [threads, blocks] = best_block(device, int(given[1]), [&](int block) {
      return interpreter->occupancy(*found, known, block, uint64_t(given[0]), pos);
    });
    outputs[0](frame) = Number::of(blocks * device.multi_processor_count, Num::kI32);
    outputs[1](frame) = Number::of(threads, Num::kI32);
    return Number::of(0, Num::kI32);
  };
}

}  // namespace cudal1::execute
