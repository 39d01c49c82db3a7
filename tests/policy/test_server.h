// A small HTTP server on this machine: every request is given to a function, which says what goes
// back.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cudal1::policy {

struct TestRequest {
  size_t number;  // of the request, from 0
  std::string head, body;
  nlohmann::json json() const { return nlohmann::json::parse(body); }
};

// Of `text` and its length, with more header lines where they are given.
inline std::string http(int status, const std::string& text, const std::string& more = "") {
  return "HTTP/1.1 " + std::to_string(status) + " Status\r\nConnection: close\r\n" + more +
         "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
}

class TestServer {
 public:
  // Called by several threads at a time. What it returns is sent as it is.
  using Handler = std::function<std::string(const TestRequest&)>;

  explicit TestServer(Handler handler) : handler_(std::move(handler)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || bind(listener_, plain, size) || listen(listener_, 64) ||
        getsockname(listener_, plain, &size))
      throw std::runtime_error("no socket for the test server");
    port_ = ntohs(address.sin_port);
    accepter_ = std::thread([this] { accept_all(); });
  }
  ~TestServer() {
    shutdown(listener_, SHUT_RDWR);
    accepter_.join();
    for (std::thread& one : threads_) one.join();
    close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }
  size_t requests() const { return next_; }
  size_t most_at_once() const { return most_; }

 private:
  void accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;)
      threads_.emplace_back([this, fd] { serve(fd); });
  }

  void serve(int fd) {
    TestRequest request;
    if (receive(fd, request)) {
      request.number = next_++;
      const size_t now = ++under_way_;
      for (size_t most = most_; now > most && !most_.compare_exchange_weak(most, now);) {
      }
      const std::string answer = handler_(request);
      --under_way_;
      for (size_t sent = 0; sent < answer.size();) {
        const ssize_t bytes = send(fd, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (bytes <= 0) break;
        sent += size_t(bytes);
      }
    }
    close(fd);
  }

  static bool receive(int fd, TestRequest& request) {
    std::string text;
    char buffer[65536];
    size_t head = std::string::npos, length = 0;
    while (head == std::string::npos || text.size() < head + 4 + length) {
      const ssize_t bytes = recv(fd, buffer, sizeof(buffer), 0);
      if (bytes <= 0) return false;
      text.append(buffer, size_t(bytes));
      if (head != std::string::npos || (head = text.find("\r\n\r\n")) == std::string::npos)
        continue;
      const size_t at = text.find("Content-Length: ");
      if (at < head) length = std::stoul(text.substr(at + 16));
    }
    request.head = text.substr(0, head);
    request.body = text.substr(head + 4);
    return true;
  }

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<size_t> next_ = 0, under_way_ = 0, most_ = 0;
  std::vector<std::thread> threads_;
  std::thread accepter_;
};

}  // namespace cudal1::policy
