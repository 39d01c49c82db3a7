#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/sim/predict.h"

namespace cudal1::sim {
namespace {

using Json = nlohmann::json;

constexpr double kLargest = 1e18;

class SpecReader {
 public:
  SpecReader(const std::filesystem::path& path, const Json& json) : path_(path), json_(json) {}

  template <typename T>
  void number(const char* key, T& value, double smallest) {
    known_.insert(key);
    const Json& field = required(key);
    if (!field.is_number()) fail(key, "is not a number");
    const double given = field.get<double>();
    const double limit = std::is_same_v<T, uint32_t> ? 4294967295.0 : kLargest;
    if (!(given >= smallest) || given > limit)
      fail(key, "is " + field.dump() + ", which is out of range");
    if (std::is_integral_v<T> && given != std::floor(given))
      fail(key, "is " + field.dump() + ", not a whole number");
    value = T(given);
  }

  void text(const char* key, std::string& value) {
    known_.insert(key);
    const Json& field = required(key);
    if (!field.is_string() || field.get<std::string>().empty()) fail(key, "is not a text");
    value = field.get<std::string>();
  }

  // "notes" says where each figure comes from; it must not speak of keys that are not there.
  void finish() {
    known_.insert("notes");
    for (const auto& [key, value] : json_.items())
      if (!known_.count(key)) fail(key, "is unknown");
    if (!json_.contains("notes")) return;
    if (!json_["notes"].is_object()) fail("notes", "is not an object");
    for (const auto& [key, value] : json_["notes"].items())
      if (!known_.count(key) || !value.is_string())
        fail("notes." + key, "names no figure of this file or is no text");
  }

 private:
  const Json& required(const char* key) const {
    if (!json_.contains(key)) fail(key, "is missing");
    return json_[key];
  }
  [[noreturn]] void fail(const std::string& key, const std::string& why) const {
    throw DataError(path_.string() + ": \"" + key + "\" " + why,
                    "configs/gpus/h200.json shows every key with its unit");
  }

  const std::filesystem::path& path_;
  const Json& json_;
  std::set<std::string> known_;
};

}  // namespace

GpuSpec read_gpu_spec(const std::filesystem::path& path) {
  const Json json = Json::parse(read_file(path), nullptr, false);
  if (json.is_discarded() || !json.is_object())
    throw DataError(path.string() + " is not a JSON object",
                    "configs/gpus/h200.json is an example");
  GpuSpec gpu;
  SpecReader reader(path, json);
  reader.text("name", gpu.name);
  reader.text("architecture", gpu.architecture);
  reader.number("sms", gpu.sms, 1);
  reader.number("sm_clock_hz", gpu.sm_clock_hz, 1e6);
  reader.number("dram_bytes_per_s", gpu.dram_bytes_per_s, 1e6);
  reader.number("l2_bytes_per_s", gpu.l2_bytes_per_s, 1e6);
  reader.number("l2_bytes", gpu.l2_bytes, 1);
  reader.number("issue_per_clock", gpu.issue_per_clock, 1);
  reader.number("fp32_lanes_per_clock", gpu.fp32_lanes_per_clock, 0.1);
  reader.number("fp64_lanes_per_clock", gpu.fp64_lanes_per_clock, 0.1);
  reader.number("fp16_lanes_per_clock", gpu.fp16_lanes_per_clock, 0.1);
  reader.number("int_lanes_per_clock", gpu.int_lanes_per_clock, 0.1);
  reader.number("sfu_lanes_per_clock", gpu.sfu_lanes_per_clock, 0.1);
  reader.number("tensor_flops_per_clock", gpu.tensor_flops_per_clock, 0);
  reader.number("shared_bytes_per_clock", gpu.shared_bytes_per_clock, 1);
  reader.number("atomics_per_clock", gpu.atomics_per_clock, 1e-3);
  reader.number("dram_latency_s", gpu.dram_latency_s, 0);
  reader.number("l2_latency_s", gpu.l2_latency_s, 0);
  reader.number("l1_latency_s", gpu.l1_latency_s, 0);
  reader.number("blocks_per_s", gpu.blocks_per_s, 1);
  reader.number("launch_s", gpu.launch_s, 0);
  reader.number("max_warps_per_sm", gpu.max_warps_per_sm, 1);
  reader.number("max_blocks_per_sm", gpu.max_blocks_per_sm, 1);
  reader.number("max_threads_per_block", gpu.max_threads_per_block, 32);
  reader.number("registers_per_sm", gpu.registers_per_sm, 1);
  reader.number("shared_per_sm", gpu.shared_per_sm, 1);
  reader.number("shared_per_block_optin", gpu.shared_per_block_optin, 1);
  reader.finish();
  return gpu;
}

}  // namespace cudal1::sim
