// call, of functions and of what the CUDA runtime gives to device code.
#include <algorithm>
#include <bit>
#include <string>

#include "decode.h"
#include "frames.h"
#include "groups.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

std::string c_string(Warp& warp, uint64_t address, int lane) {
  std::string text;
  for (; text.size() < 400; ++address) {
    const auto* region = find_region(warp, address);
    if (!region) fail(FaultKind::kOutOfBounds, lane, "a string that is not in the kernel's memory");
    const char c = *reinterpret_cast<const char*>(address);
    if (c == 0) break;
    text += c;
  }
  return text;
}

template <typename T>
T argument(const Frame& frame, const ParamPlace& place, int lane) {
  T value{};
  std::copy_n(frame.params.data() + size_t(lane) * frame.params_stride + place.offset,
              std::min<size_t>(sizeof(T), place.size), reinterpret_cast<std::byte*>(&value));
  return value;
}

// vprintf counts as printed nothing; __assertfail ends the launch with its message.
void call_builtin(Warp& warp, const CallSite& site, uint32_t mask) {
  Frame& frame = warp.frame();
  const int lane = std::countr_zero(mask);
  if (site.builtin == "__assertfail") {
    const std::string message =
        c_string(warp, argument<uint64_t>(frame, site.args.at(0), lane), lane);
    fail(FaultKind::kTrap, lane, "assertion failed: " + message);
  }
  if (site.builtin == "vprintf") {
    for (const ParamPlace& place : site.results)
      for (int l = 0; l < kLanes; ++l)
        if (has_lane(mask, l))
          std::fill_n(frame.params.data() + size_t(l) * frame.params_stride + place.offset,
                      place.size, std::byte{0});
    return;
  }
  fail(FaultKind::kUnsupported, lane, "a call of " + site.builtin + ", which is not supported");
}

const Function& function_at(const Warp& warp, uint64_t address, int lane) {
  const auto& functions = warp.launch->module->functions;
  const uint64_t index = address - kFunctionWindow;
  if (index >= functions.size() || !functions[index].parsed.has_body)
    fail(FaultKind::kOutOfBounds, lane, "a call through a pointer that is no function");
  return functions[index];
}

// The lanes that agree with the first go now, the others come here again.
void call_indirect(Warp& warp, const Inst& in, const CallSite& site, uint32_t mask) {
  const uint64_t* target = warp.lanes<uint64_t>(in.a);
  const int first = std::countr_zero(mask);
  const Function& callee = function_at(warp, target[first], first);
  uint32_t lanes = 0;
  for (int l = 0; l < kLanes; ++l)
    if (has_lane(mask, l) && target[l] == target[first]) lanes |= 1u << l;
  if (mask & ~lanes) add_group(warp.frame(), {warp.pc - 1, mask & ~lanes});
  leave_rest(warp, mask);
  push_frame(warp, callee, lanes, &site);
}

void call(Warp& warp, const Inst& in, uint32_t mask) {
  const auto& site = *static_cast<const CallSite*>(in.extra);
  if (!site.builtin.empty()) return call_builtin(warp, site, mask);
  if (!site.callee) return call_indirect(warp, in, site, mask);
  leave_rest(warp, mask);
  push_frame(warp, *site.callee, mask, &site);
}

std::vector<ParamPlace> places_of(Decoder& d, const Operand& list) {
  std::vector<ParamPlace> places;
  for (const Operand& element : list.elements) {
    const Variable* variable = d.scope.local(element.name, d.st.scope);
    if (!variable) d.refuse("a call whose argument is no .param");
    places.push_back({uint32_t(variable->offset), uint32_t(variable->bytes())});
  }
  return places;
}

}  // namespace

Handler decode_call(Decoder& d) {
  d.inst.pipe = Pipe::kControl;
  CallSite site;
  size_t at = 0;
  if (d.operand(at).kind == OperandKind::kList) site.results = places_of(d, d.operand(at++));
  const Operand& callee = d.operand(at++);
  if (at < d.operand_count() && d.operand(at).kind == OperandKind::kList)
    site.args = places_of(d, d.operand(at));
  if (callee.reg >= 0) {
    d.inst.a = d.in(callee, Type::kB64);
  } else {
    site.callee = d.scope.module.find(callee.name);
    if (!site.callee || !site.callee->parsed.has_body)
      site.builtin = std::string(callee.name), site.callee = nullptr;
  }
  d.inst.is_call = site.builtin.empty();
  d.scope.module.calls.push_back(std::move(site));
  d.inst.extra = &d.scope.module.calls.back();
  return &call;
}

}  // namespace cudal1::sim
