#include "compile_wire.h"

#include "bytes.h"

namespace cudal1::gpu {
namespace {

constexpr uint8_t kOutcome = 0, kTrouble = 1;

}  // namespace

std::string encode_request(const CompileRequest& request) {
  ByteWriter writer;
  writer.string(request.source);
  writer.string(request.path);
  writer.string(request.arch);
  writer.value(uint8_t(request.kind));
  writer.strings(request.name_expressions);
  writer.strings(request.defines);
  writer.strings(request.options);
  writer.strings(request.headers);
  return writer.take();
}

std::optional<CompileRequest> decode_request(const std::string& bytes) {
  ByteReader reader(bytes);
  CompileRequest request;
  request.source = reader.string();
  request.path = reader.string();
  request.arch = reader.string();
  request.kind =
      reader.value<uint8_t>() == uint8_t(CodeKind::kPtx) ? CodeKind::kPtx : CodeKind::kCubin;
  request.name_expressions = reader.strings();
  request.defines = reader.string_map();
  request.options = reader.strings();
  request.headers = reader.string_map();
  return reader.done() ? std::optional(std::move(request)) : std::nullopt;
}

std::string encode_reply(const WorkerReply& reply) {
  ByteWriter writer;
  if (reply) {
    writer.value(kOutcome);
    writer.string(encode(*reply));
  } else {
    writer.value(kTrouble);
    writer.string(reply.error().what);
    writer.string(reply.error().advice);
  }
  return writer.take();
}

std::optional<WorkerReply> decode_reply(const std::string& bytes) {
  ByteReader reader(bytes);
  if (reader.value<uint8_t>() == kOutcome) {
    std::optional<CompileOutcome> outcome = decode(reader.string());
    if (!outcome || !reader.done()) return std::nullopt;
    return WorkerReply(std::move(*outcome));
  }
  WorkerTrouble trouble;
  trouble.what = reader.string();
  trouble.advice = reader.string();
  return reader.done() ? std::optional(WorkerReply(trouble)) : std::nullopt;
}

}  // namespace cudal1::gpu
