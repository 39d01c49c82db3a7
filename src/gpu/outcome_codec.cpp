// An outcome as bytes: magic, SHA-256 of the payload in hexadecimal, payload.
#include "bytes.h"
#include "cudal1/core/hash.h"
#include "cudal1/gpu/compile_cache.h"

namespace cudal1::gpu {
namespace {

constexpr std::string_view kMagic = "CUDAL1M1";
constexpr size_t kDigestBytes = 64;
constexpr uint8_t kModule = 0, kError = 1;

void write(ByteWriter& writer, const CompiledModule& module) {
  writer.value(kModule);
  writer.value(uint8_t(module.kind));
  writer.string(module.code);
  writer.strings(module.lowered_names);
  writer.string(module.log);
  writer.value(uint64_t(module.resources.size()));
  for (const auto& [name, resources] : module.resources)
    writer.string(name), writer.value(resources);
  writer.value(module.compile_seconds);
}

void write(ByteWriter& writer, const CompileError& error) {
  writer.value(kError);
  writer.value(int32_t(error.line));
  writer.value(int32_t(error.column));
  writer.string(error.message);
  writer.string(error.log);
}

CompiledModule read_module(ByteReader& reader) {
  CompiledModule module;
  module.kind =
      reader.value<uint8_t>() == uint8_t(CodeKind::kPtx) ? CodeKind::kPtx : CodeKind::kCubin;
  module.code = reader.string();
  module.lowered_names = reader.string_map();
  module.log = reader.string();
  for (uint64_t left = reader.value<uint64_t>(); left > 0 && reader.ok(); --left) {
    const std::string name = reader.string();
    module.resources[name] = reader.value<CompiledModule::Resources>();
  }
  module.compile_seconds = reader.value<double>();
  return module;
}

CompileError read_error(ByteReader& reader) {
  CompileError error;
  error.line = reader.value<int32_t>();
  error.column = reader.value<int32_t>();
  error.message = reader.string();
  error.log = reader.string();
  return error;
}

}  // namespace

std::string encode(const CompileOutcome& outcome) {
  ByteWriter writer;
  if (outcome)
    write(writer, *outcome);
  else
    write(writer, outcome.error());
  const std::string payload = writer.take();
  return std::string(kMagic) + sha256_hex(payload) + payload;
}

std::optional<CompileOutcome> decode(const std::string& bytes) {
  const std::string_view all = bytes;
  if (all.size() < kMagic.size() + kDigestBytes || !all.starts_with(kMagic)) return std::nullopt;
  const std::string_view payload = all.substr(kMagic.size() + kDigestBytes);
  if (sha256_hex(payload) != all.substr(kMagic.size(), kDigestBytes)) return std::nullopt;
  ByteReader reader(payload);
  const uint8_t tag = reader.value<uint8_t>();
  if (tag > kError) return std::nullopt;
  CompileOutcome outcome =
      tag == kModule ? CompileOutcome(read_module(reader)) : CompileOutcome(read_error(reader));
  return reader.done() ? std::optional(std::move(outcome)) : std::nullopt;
}

}  // namespace cudal1::gpu
