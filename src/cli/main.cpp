#include "cudal1/cli/run.h"

int main(int argc, char** argv) { return cudal1::cli::run(argc, argv); }
