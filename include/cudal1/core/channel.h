// Frames of bytes over a socket: 4 bytes little-endian length, then the payload.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cudal1 {

// Owns one end of a stream socket. Not thread-safe.
class Channel {
 public:
  static constexpr uint32_t kMaxFrame = 256u << 20;

  enum class Status { kFrame, kTimeout, kClosed };
  struct Received {
    Status status;
    std::string payload;
  };

  explicit Channel(int fd) : fd_(fd) {}
  ~Channel();
  Channel(Channel&& other) noexcept;
  Channel& operator=(Channel&& other) noexcept;

  int get() const { return fd_; }
  // False when the other end is gone.
  bool send(std::string_view payload);
  // Waits until a whole frame is there, `timeout` has passed or the other end is gone. A frame that announces
  // more than kMaxFrame bytes closes the channel. Bytes of a partial frame are kept for the next call.
  Received receive(std::optional<std::chrono::milliseconds> timeout);

 private:
  void close();
  int fd_ = -1;
  std::string buffer_;
};

}  // namespace cudal1
