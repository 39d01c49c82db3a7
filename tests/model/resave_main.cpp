// Opens a checkpoint and saves it elsewhere, for check_saved_checkpoint.py: resave FROM TO
// MAX_SHARD_BYTES.
#include <cstdio>
#include <string>

#include "cudal1/core/error.h"
#include "cudal1/model/checkpoint.h"

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "resave FROM TO MAX_SHARD_BYTES\n"), 2;
  try {
    const auto checkpoint = cudal1::model::Checkpoint::open(argv[1]);
    cudal1::model::save_checkpoint(argv[2], checkpoint.config(), checkpoint.tensors(),
                                   {std::stoll(argv[3])});
  } catch (const cudal1::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return int(error.code());
  }
  return 0;
}
