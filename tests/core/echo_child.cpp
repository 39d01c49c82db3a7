// A child for subprocess_test: echoes frames; "hang", "crash" and "exit" do what they say.
#include <unistd.h>

#include <cstdlib>

#include "cudal1/core/channel.h"
#include "cudal1/core/subprocess.h"

int main() {
  cudal1::exit_with_parent();
  cudal1::Channel channel(cudal1::kChildChannelFd);
  for (;;) {
    auto received = channel.receive(std::nullopt);
    if (received.status != cudal1::Channel::Status::kFrame) return 0;
    if (received.payload == "hang") ::pause();
    if (received.payload == "crash") std::abort();
    if (received.payload == "exit") return 7;
    channel.send(received.payload);
  }
}
