// The program as a process: the real terminal, environment, devices and workers.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

#include "cudal1/cli/device_name.h"
#include "cudal1/cli/invocation.h"
#include "cudal1/cli/probe.h"
#include "cudal1/cli/run.h"
#include "cudal1/cli/torch_library.h"
#include "cudal1/core/subprocess.h"

namespace cudal1::cli {
namespace {

using Words = std::vector<std::string>;

int terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
}

// Where stdin, stdout or stderr is closed, no pipe or file of ours may take its number. Opened the
// wrong way round, so that using it fails as it did.
void occupy_standard_descriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor)
    if (fcntl(descriptor, F_GETFD) < 0)
      static_cast<void>(open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

// build/cudal1 of a checkout.
std::filesystem::path installation() { return executable_path().parent_path().parent_path(); }

}  // namespace

int run(int argc, char** argv) {
  occupy_standard_descriptors();
  const Words words(argv, argv + argc);
  if (words.size() > 1 && words[1] == "worker")
    return worker_command(Words(words.begin() + 2, words.end()));
  const Services services{.out = std::cout,
                          .err = std::cerr,
                          .out_is_terminal = isatty(STDOUT_FILENO) != 0,
                          .err_is_terminal = isatty(STDERR_FILENO) != 0,
                          .terminal_width = terminal_width(),
                          .environment = process_environment(),
                          .make_evaluator = evaluate::make_worker_evaluator,
                          .device_name = device_name,
                          .operator_catalog = operator_catalog,
                          .probe_machine = probe_machine,
                          .open_model = open_model,
                          .open_server = std::make_unique<policy::ServerPolicy, const policy::ServerOptions&>,
                          .train = train_model,
                          .plan_training = plan_training,
                          .installation = installation()};
  return run(words, services);
}

}  // namespace cudal1::cli
