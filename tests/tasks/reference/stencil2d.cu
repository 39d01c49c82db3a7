// What data/tasks/stencil2d.cu computes.
#include <torch/extension.h>

torch::Tensor forward(torch::Tensor u) {
  const int64_t rows = u.size(0);
  const int64_t cols = u.size(1);
  auto now = u.clone();
  if (rows < 3 || cols < 3) return now;
  for (int step = 0; step < 8; step++) {
    auto inner = now.slice(0, 1, rows - 1).slice(1, 1, cols - 1);
    auto west = now.slice(0, 1, rows - 1).slice(1, 0, cols - 2);
    auto east = now.slice(0, 1, rows - 1).slice(1, 2, cols);
    auto north = now.slice(0, 0, rows - 2).slice(1, 1, cols - 1);
    auto south = now.slice(0, 2, rows).slice(1, 1, cols - 1);
    auto next = now.clone();
    next.slice(0, 1, rows - 1)
        .slice(1, 1, cols - 1)
        .copy_(inner + 0.1 * (west + east + north + south - 4.0 * inner));
    now = next;
  }
  return now;
}
