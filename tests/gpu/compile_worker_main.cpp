#include "cudal1/gpu/compile_pool.h"

int main() { return cudal1::gpu::compile_worker_main(); }
