"""Hostile candidates: one program whose tune parameter ATTACK selects what is wrong with it.

Every value of ATTACK is compiled anew. 0 is honest; each kind holds a range of the others.
"""
import dataclasses
import random

SLOW_SHARE = 0.005  # of all candidates, for each kind that costs seconds


@dataclasses.dataclass
class Kind:
    name: str
    group: str
    top: str = ""     # at file scope
    host: str = ""    # in forward(), before the launch
    device: str = ""  # in the kernel, before the store
    may_pass: bool = False  # useless, but right
    slow: bool = False


def doubled(first, times, text):
    """Macros D0 … Dn, each twice the one before it; `first` names them."""
    lines = [f"#define {first}0 {text}"]
    lines += [f"#define {first}{i + 1} {first}{i} {first}{i}" for i in range(times)]
    return "\n".join(lines)


TEMPLATE_BOMB = """template <int N, int M> struct Bomb { enum { v = Bomb<N - 1, 2 * M>::v + Bomb<N - 1, 2 * M + 1>::v }; };
template <int M> struct Bomb<0, M> { enum { v = M + ATTACK }; };"""
DEEP = "__device__ __noinline__ float deep(float v, int n) {\n  volatile float room[64];\n  room[n & 63] = v;\n" \
       "  return n < 0 ? room[0] : deep(v + 1, n + 1) + room[(n + ATTACK) & 63];\n}"

KINDS = [
    # What no compiler takes.
    Kind("syntax_error", "compile", device="y[i] = ;"),
    Kind("unknown_name", "compile", device="y[i] = nowhere(x[i], ATTACK);"),
    Kind("host_syntax_error", "compile", host="auto z = torch::(;"),
    Kind("error_directive", "compile", top="#error " + "long " * 100),
    Kind("asm_garbage", "compile", device='asm volatile("garbage %0;" ::"f"(a));'),
    Kind("huge_shared", "compile", device="__shared__ char big[400000];\nbig[i] = a;\n__syncthreads();\na += big[n - i];"),
    Kind("long_message", "flood",
         top=doubled("L", 17, '"0123456789"') + '\nstatic_assert(ATTACK < 0, L17);'),
    Kind("many_messages", "flood",
         top=doubled("W", 13, "q = ATTACK / 0;") + "\n__device__ int flood() { int q = 0; W13 return q + nowhere; }"),
    Kind("template_bomb", "bomb", top=TEMPLATE_BOMB, device="a += Bomb<24, 1>::v;", slow=True),
    Kind("macro_bomb", "bomb", top=doubled("B", 30, "+ ATTACK"), device="a += 0 B30;", slow=True),
    Kind("host_macro_bomb", "bomb", top=doubled("H", 26, "+ 1"), host="const int64_t h = 0 H26;\nTORCH_CHECK(h == 0);"),
    Kind("host_nesting", "bomb", top=doubled("O", 17, "(") + "\n" + doubled("C", 17, ")"),
         host="const int64_t h = O17 1 C17;\nTORCH_CHECK(h == 0);"),
    # Files of others.
    Kind("include_absolute", "file", top='#include "{canary}"'),
    Kind("include_by_macro", "file", top='#define NAME "{canary}"\n#include NAME'),
    Kind("include_upwards", "file", top="#include <../../../../../../../../../../..{canary}>"),
    Kind("incbin", "file", device='asm volatile(".incbin \\"{canary}\\";");'),
    Kind("line_directive", "file", top='#line 1 "{canary}"\n__device__ int lost() { return nowhere; }'),
    # Results that are not those of the reference.
    Kind("wrong_value", "wrong", device="a += 1 + ATTACK;"),
    Kind("not_a_number", "wrong", device="a = a / (a - a) - a / (a - a);"),
    Kind("never_written", "wrong", device="if (i % 7 == ATTACK % 7) return;"),
    Kind("changed_input", "wrong", device="if (i < n) const_cast<float*>(x)[i] = ATTACK;"),
    Kind("wrong_shape", "wrong", host="return torch::empty({n + ATTACK}, x.options());"),
    Kind("the_input", "wrong", host="if (n >= ATTACK - ATTACK) return x;"),
    # What ends a launch or a worker.
    Kind("far_store", "fault", device="y[i + (1ll << 36) * ATTACK] = a;"),
    Kind("null_load", "fault", device="a += *reinterpret_cast<const float*>(uintptr_t(ATTACK) * 4);"),
    Kind("misaligned", "fault", device="*reinterpret_cast<double*>(reinterpret_cast<char*>(y) + 4) = ATTACK;"),
    Kind("trap", "fault", device="if (i == ATTACK) __trap();"),
    Kind("recursion", "fault", top=DEEP, device="a += deep(a, i & 1);"),
    Kind("block_too_large", "fault", host="threads = 4096 + ATTACK;"),
    Kind("failed_check", "fault", host='TORCH_CHECK(n == ATTACK - 1, "' + "no " * 100 + '", n);'),
    Kind("long_check", "fault", top=doubled("T", 17, '"0123456789"'), host="TORCH_CHECK(n < 0, T17);"),
    Kind("division_by_zero", "fault", host="const int64_t z = n / (ATTACK - ATTACK);\nTORCH_CHECK(z >= 0);"),
    Kind("host_memory", "fault", host="auto z = torch::zeros({(1ll << 40) + ATTACK}, x.options());"),
    # What does not end, or only after long.
    Kind("spin", "hang", device="while (*reinterpret_cast<volatile float*>(y) != a * ATTACK + 12345.678f) { }", slow=True),
    Kind("host_loop", "hang", host="for (int64_t k = 0; k >= 0; k += 0) threads = 256;", slow=True),
    Kind("launch_loop", "hang", slow=True,
         host="for (int64_t k = 0; k < 1000000000; ++k)\n  scale<<<1, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), 2.0f, 0);"),
    Kind("sleep", "hang", device="for (int k = 0; k < 1000; ++k) __nanosleep(1000000 + ATTACK);", may_pass=True, slow=True),
    # What takes room.
    Kind("printf_flood", "flood", top="#include <cstdio>",
         device='for (int k = 0; k < 1000; ++k) printf("%d flood %f\\n", ATTACK, x[i < n ? i : 0]);', may_pass=True, slow=True),
    Kind("static_array", "flood", top="__device__ char big[(1ll << 30) + ATTACK];",
         device="big[i] = a;\na = big[i];", slow=True),
    Kind("initialised_array", "flood", top=doubled("I", 20, "ATTACK,") + "\n__device__ int big[] = { I20 };",
         device="a += big[i] - ATTACK;", may_pass=True, slow=True),
    Kind("sparse_array", "flood", top="__device__ int big[1 << 24] = {ATTACK};",
         device="a += big[0] - ATTACK;", may_pass=True, slow=True),
]

PROGRAM = """#include <torch/extension.h>

#ifndef ATTACK
#define ATTACK 0
#endif
#pragma kernel tune(ATTACK={values}) default(0)
{top}
__global__ void __launch_bounds__(256) scale(const float* x, float* y, float a, int n) {{
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
{device}
  if (i < n) y[i] = a * x[i];
}}

torch::Tensor forward(torch::Tensor x) {{
  auto y = torch::empty_like(x);
  const int n = x.numel();
  int threads = 256;
{host}
  scale<<<(n + 255) / 256, threads>>>(x.data_ptr<float>(), y.data_ptr<float>(), 2.0f, n);
  return y;
}}

std::vector<torch::Tensor> inputs() {{ return {{torch::randn({{1021}}, torch::kCUDA)}}; }}
"""


def chosen(words):
    """The kinds that `words` ("all", names, groups; comma-separated) stand for."""
    wanted = set(words.split(","))
    known = {"all"} | {kind.name for kind in KINDS} | {kind.group for kind in KINDS}
    if strange := wanted - known:
        raise SystemExit(f"no such kind: {', '.join(sorted(strange))}; --kinds list shows them")
    return [kind for kind in KINDS if wanted & {"all", kind.name, kind.group}]


def shares(kinds, count):
    """How many candidates of each kind: few of the slow ones, as many of each other one."""
    slow = [kind for kind in kinds if kind.slow]
    quick = [kind for kind in kinds if not kind.slow]
    if count < len(kinds) or not quick:
        return {kind.name: count // len(kinds) + (i < count % len(kinds)) for i, kind in enumerate(kinds)}
    amounts = {kind.name: max(1, round(count * SLOW_SHARE)) for kind in slow}
    rest = count - sum(amounts.values())
    amounts.update({kind.name: rest // len(quick) + (i < rest % len(quick)) for i, kind in enumerate(quick)})
    return amounts


def program(kinds, count, canary, seed):
    """The source, and the kind of each value of ATTACK from 1."""
    kinds = random.Random(seed).sample(kinds, len(kinds))
    kind_of, ranges, begin = {}, {}, 1
    for name, amount in shares(kinds, count).items():
        kind_of.update({value: name for value in range(begin, begin + amount)})
        ranges[name] = (begin, begin + amount - 1)
        begin += amount

    def guarded(part):
        return "\n".join(f"#if ATTACK >= {ranges[kind.name][0]} && ATTACK <= {ranges[kind.name][1]}  // {kind.name}\n"
                         f"{getattr(kind, part).replace('{canary}', canary)}\n#endif"
                         for kind in kinds if getattr(kind, part))

    values = ", ".join(str(i) for i in range(count + 1))
    return PROGRAM.format(values=values, top=guarded("top"), device=guarded("device"), host=guarded("host")), kind_of


def listing():
    return "\n".join(f"{kind.group:<10}{kind.name}{'  (few: it costs seconds)' if kind.slow else ''}" for kind in KINDS)
