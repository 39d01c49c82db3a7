// What kernels/sample.cu computes, in ATen. Integers of 64 bits wrap as unsigned ones do.
#include <torch/extension.h>

torch::Tensor shifted(torch::Tensor z, int64_t bits) {
  return torch::bitwise_and(torch::bitwise_right_shift(z, bits), (int64_t(1) << (64 - bits)) - 1);
}
// The finaliser of splitmix64: 0xbf58476d1ce4e5b9, 0x94d049bb133111eb.
torch::Tensor mixed(torch::Tensor z) {
  z = torch::bitwise_xor(z, shifted(z, 30)) * -4658895280553007687;
  z = torch::bitwise_xor(z, shifted(z, 27)) * -7723592293110705685;
  return torch::bitwise_xor(z, shifted(z, 31));
}
// seeds, positions [n] int64 → [n, vocab]. -7046029254386353131: 0x9e3779b97f4a7c15.
torch::Tensor race_times(torch::Tensor seeds, torch::Tensor positions, int64_t vocab) {
  auto keys = mixed(seeds + (positions + 1) * -7046029254386353131).unsqueeze(1);
  auto tokens = torch::arange(vocab, seeds.options()).unsqueeze(0);
  auto z = mixed(keys + (tokens + 1) * -7046029254386353131);
  auto v = shifted(z, 11).to(torch::kDouble) * 0x1p-53;
  return -torch::log1p(-v.to(torch::kFloat));
}

// The smallest l that is kept [n, 1]; l [n, vocab].
torch::Tensor thresholds(torch::Tensor l, torch::Tensor settings, torch::Tensor top_k) {
  const int64_t vocab = l.size(1);
  auto sorted = std::get<0>(torch::sort(l, 1, true));
  auto most = sorted.narrow(1, 0, 1);
  auto counts = (top_k > 0) & (top_k < vocab);
  auto last = torch::where(counts, top_k, torch::full_like(top_k, vocab)) - 1;
  auto least = sorted.gather(1, last.unsqueeze(1));
  auto masses = torch::round(torch::exp(sorted - most) * 0x1p28).to(torch::kLong) * (sorted >= least);
  auto share = settings.narrow(1, 1, 1).to(torch::kDouble);
  auto up_to = masses.cumsum(1);
  auto wanted = torch::ceil(share * masses.sum({1}, true).to(torch::kDouble)).clamp_min(1);
  auto place = (up_to < wanted).sum({1}, true).clamp_max(vocab - 1);
  auto of_mass = torch::where(share < 1, sorted.gather(1, place), least);
  auto min_p = settings.narrow(1, 2, 1).clamp_max(1);
  auto of_least = torch::where(min_p > 0, most + torch::log(min_p), least);
  return torch::maximum(torch::maximum(least, of_mass), of_least);
}

std::vector<torch::Tensor> forward(torch::Tensor logits, torch::Tensor slots, torch::Tensor settings,
                                   torch::Tensor top_k, torch::Tensor seeds,
                                   torch::Tensor positions_before, torch::Tensor seen_before) {
  const int64_t vocab = logits.size(1);
  auto positions = positions_before.clone(), seen = seen_before.clone();
  auto rows = slots.to(torch::kLong);
  auto own = settings.index_select(0, rows), wide = logits.to(torch::kFloat);
  auto l = wide;
  if (seen.numel() > 0) {
    auto words = seen.index_select(0, rows).unsqueeze(2);
    auto bits = torch::bitwise_and(torch::bitwise_right_shift(words, torch::arange(32, seen.options())), 1);
    auto met = bits.flatten(1).narrow(1, 0, vocab) > 0;
    auto penalty = own.narrow(1, 3, 1);
    l = torch::where(met, torch::where(l > 0, l / penalty, l * penalty), l);
  }
  auto temperature = own.narrow(1, 0, 1);
  auto greedy = temperature <= 0;
  l = l * torch::where(greedy, torch::ones_like(temperature), 1 / temperature);
  auto times = race_times(seeds.index_select(0, rows), positions.index_select(0, rows).to(torch::kLong), vocab);
  auto scores = l - torch::log(times);
  if (top_k.numel() > 0) {
    auto least = thresholds(l, own, top_k.index_select(0, rows).to(torch::kLong));
    scores = torch::where(l >= least, scores, torch::full_like(scores, -INFINITY));
  }
  scores = torch::where(greedy, l, scores);
  auto drawn = scores.argmax(1);
  auto logprobs = torch::log_softmax(wide, 1).gather(1, drawn.unsqueeze(1)).squeeze(1);

  auto tokens = torch::full_like(positions, -1);
  tokens.index_put_({rows}, drawn.to(torch::kInt));
  positions.index_put_({rows}, positions.index_select(0, rows) + 1);
  if (seen.numel() > 0) {
    auto word = torch::floor_divide(drawn, 32);
    auto bit = torch::bitwise_left_shift(torch::ones_like(drawn), drawn - word * 32);
    seen.index_put_({rows, word}, torch::bitwise_or(seen.to(torch::kLong).index({rows, word}), bit).to(torch::kInt));
  }
  return {drawn.to(torch::kInt), logprobs, tokens, positions, seen};
}

// Rows 0 … n-1 are in slots n … 1 of n + 1, each with its own settings; every fourth is greedy.
std::vector<torch::Tensor> of(int64_t n, int64_t vocab, bool filters, bool penalty, torch::ScalarType scalar) {
  auto real = torch::TensorOptions().dtype(torch::kFloat).device(torch::kCUDA);
  auto whole = torch::TensorOptions().dtype(torch::kInt).device(torch::kCUDA);
  auto slots = (n - torch::arange(n, whole)).to(torch::kInt);
  auto number = torch::arange(n + 1, real);
  auto temperature = torch::where(number.remainder(4) == 3, torch::zeros_like(number), 0.5 + number / 8);
  auto top_p = torch::where(number.remainder(3) == 0, torch::ones_like(number), 0.99 - number / 16);
  auto min_p = torch::where(number.remainder(5) == 2, torch::full_like(number, 0.05), torch::zeros_like(number));
  auto settings = torch::stack({temperature, top_p, min_p, torch::full_like(number, 1.3)}, 1);
  auto top_k = (torch::arange(filters ? n + 1 : 0, whole).remainder(3) * 40).to(torch::kInt);
  auto seeds = torch::randint(1 << 30, {n + 1}, whole).to(torch::kLong) * -7046029254386353131;
  auto seen = torch::randint(1 << 30, {penalty ? n + 1 : 0, (vocab + 31) / 32}, whole);
  return {(torch::randn({n, vocab}, real) * 3).to(scalar), slots, settings, top_k, seeds,
          torch::arange(n + 1, whole) * 100, seen};
}

std::vector<torch::Tensor> inputs() { return of(1, 151936, false, false, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_rows() { return of(19, 20000, false, true, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_filters() { return of(13, 30000, true, false, torch::kFloat); }
std::vector<torch::Tensor> inputs_all() { return of(9, 9000, true, true, torch::kBFloat16); }
std::vector<torch::Tensor> inputs_odd() { return of(7, 1003, true, true, torch::kHalf); }
std::vector<torch::Tensor> inputs_small() { return of(2, 33, true, true, torch::kFloat); }
