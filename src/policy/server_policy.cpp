#include "cudal1/policy/server_policy.h"

#include "cudal1/core/log.h"
#include "policy/server_address.h"
#include "policy/server_key.h"
#include "policy/server_run.h"

namespace cudal1::policy {

ServerPolicy::ServerPolicy(ServerOptions options)
    : options_(std::move(options)), key_(key_from(options_.key_variable)) {
  options_.url = server_address(options_.url);
  if (!key_.empty() && is_exposed(options_.url))
    log::warning("the key in " + options_.key_variable + " goes unencrypted to " + options_.url);
}

std::vector<std::vector<Completion>> ServerPolicy::complete(std::span<const Question> questions,
                                                            const OnText& on_text,
                                                            std::stop_token stop) {
  return ServerRun(options_, key_, questions, on_text).run(stop);
}

}  // namespace cudal1::policy
