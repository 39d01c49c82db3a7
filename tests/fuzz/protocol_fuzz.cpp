#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

#include "cudal1/core/channel.h"
#include "cudal1/core/hash.h"
#include "cudal1/core/sandbox.h"
#include "cudal1/evaluate/evaluation.h"
#include "cudal1/gpu/cubin.h"
#include "evaluate/protocol.h"
#include "gpu/compile_wire.h"
#include "search/manifest.h"
#include "targets.h"

namespace cudal1::fuzz {
namespace {

// What was understood is said again and must be understood again.
template <typename Decode, typename Encode>
void there_and_back(const std::string& bytes, Decode decode, Encode encode) {
  if (const auto once = decode(bytes); once && !decode(encode(*once)))
    throw std::logic_error("what was decoded and encoded cannot be decoded again");
}

// Whole frames of at most 64 KiB, as fast as they come.
void frames(const std::string& bytes) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return;
  Channel ours(ends[0]);
  if (::send(ends[1], bytes.data(), std::min<size_t>(bytes.size(), 1 << 16),
             MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
  }
  ::close(ends[1]);
  while (ours.receive(std::nullopt).status == Channel::Status::kFrame) {
  }
}

// The digest in front would stop everything else.
std::string with_digest(const std::string& payload) {
  return "CUDAL1M1" + sha256_hex(payload) + payload;
}

}  // namespace

// The first byte chooses who reads the rest.
void protocol(std::string_view all) {
  if (all.empty()) return;
  const std::string bytes(all.substr(1));
  switch (all[0]) {
    case 'f':
      return frames(bytes);
    case 'w':
      return there_and_back(bytes, evaluate::decode_from_worker,
                            [](const auto& m) { return evaluate::encode(m); });
    case 'p':
      return there_and_back(bytes, evaluate::decode_from_parent,
                            [](const auto& m) { return evaluate::encode(m); });
    case 'e':
      return there_and_back(bytes, evaluate::evaluation_from_json,
                            [](const auto& m) { return to_json(m); });
    case 'r':
      return there_and_back(bytes, gpu::decode_request, gpu::encode_request);
    case 'a':
      return there_and_back(bytes, gpu::decode_reply, gpu::encode_reply);
    case 'o':
      return there_and_back(with_digest(bytes), gpu::decode,
                            [](const auto& m) { return gpu::encode(m); });
    case 'i':
      return there_and_back(bytes, decode_isolation,
                            [](const auto& m) { return cudal1::encode(m); });
    case 'm':
      return there_and_back(bytes, search::manifest_from_json,
                            [](const auto& m) { return to_json(m); });
    case 'c':
      gpu::variables_of(bytes);
      return;
    default:
      return;
  }
}

}  // namespace cudal1::fuzz
