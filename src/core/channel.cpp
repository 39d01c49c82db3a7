#include "cudal1/core/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace cudal1 {
namespace {

using Clock = std::chrono::steady_clock;

uint32_t frame_length(const std::string& buffer) {
  uint32_t length = 0;
  std::memcpy(&length, buffer.data(), sizeof length);
  return length;
}

// Milliseconds for poll: -1 without a deadline, rounded up so that the last wait is not a busy loop.
int poll_timeout(std::optional<Clock::time_point> deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
  return left < 0 ? 0 : int(std::min<long long>(left, 1'000'000));
}

}  // namespace

Channel::~Channel() { close(); }

Channel::Channel(Channel&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

Channel& Channel::operator=(Channel&& other) noexcept {
  if (this == &other) return *this;
  close();
  fd_ = std::exchange(other.fd_, -1);
  buffer_ = std::move(other.buffer_);
  return *this;
}

void Channel::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

bool Channel::send(std::string_view payload) {
  if (fd_ < 0 || payload.size() > kMaxFrame) return false;
  const uint32_t length = uint32_t(payload.size());
  std::string frame(reinterpret_cast<const char*>(&length), sizeof length);
  frame += payload;
  std::string_view rest = frame;
  while (!rest.empty()) {
    const ssize_t n = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    rest.remove_prefix(size_t(n));
  }
  return true;
}

Channel::Received Channel::receive(std::optional<std::chrono::milliseconds> timeout) {
  std::optional<Clock::time_point> deadline;
  if (timeout) deadline = Clock::now() + *timeout;
  while (fd_ >= 0) {
    if (buffer_.size() >= 4) {
      const uint32_t length = frame_length(buffer_);
      if (length > kMaxFrame) break;
      if (buffer_.size() >= 4 + size_t(length)) {
        std::string payload = buffer_.substr(4, length);
        buffer_.erase(0, 4 + size_t(length));
        return {Status::kFrame, std::move(payload)};
      }
    }
    pollfd wait{fd_, POLLIN, 0};
    const int ready = ::poll(&wait, 1, poll_timeout(deadline));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return {Status::kTimeout, {}};
    char chunk[1 << 16];
    const ssize_t n = ::recv(fd_, chunk, sizeof chunk, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    buffer_.append(chunk, size_t(n));
  }
  close();
  return {Status::kClosed, {}};
}

}  // namespace cudal1
