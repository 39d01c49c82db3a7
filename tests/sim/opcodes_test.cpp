// One instruction at a time, against values that the PTX manual's definitions give.
#include <bit>
#include <cmath>
#include <limits>

#include "harness.h"

namespace cudal1::sim::testing {
namespace {

using Limits = std::numeric_limits<float>;
constexpr uint64_t kOnes = ~uint64_t(0);

// A kernel of one thread (or 32) that loads four 64-bit inputs into %x0…%x3, cuts %r0…%r3 (32),
// %h0…%h3 (16), %f0… (f32), %d0… (f64) from them, runs `body`, and stores %o (64 bits) for each
// thread. p and q are free predicates.
std::string program(const std::string& body) {
  std::string text =
      ".version 9.0\n.target sm_90\n.address_size 64\n.visible .entry k(.param .u64 k_param_0, "
      ".param .u64 k_param_1)\n{\n"
      ".reg .pred p, q;\n.reg .b16 %h<8>;\n.reg .b32 %r<8>;\n.reg .b64 %x<8>;\n.reg .b64 "
      "%a<4>;\n.reg .f32 %f<8>;\n.reg .f64 %d<8>;\n"
      ".reg .b64 %o;\n.reg .b32 %s, %t;\n.reg .f32 %g;\n.reg .b16 %w;\n.reg .f64 %e;\n"
      "ld.param.u64 %a0, [k_param_0];\nld.param.u64 %a1, [k_param_1];\nmov.u32 %t, "
      "%tid.x;\nmul.wide.u32 %a2, %t, 8;\n"
      "add.s64 %a1, %a1, %a2;\nmov.u64 %o, 0;\nmov.u32 %s, 0;\nmov.b16 %w, 0;\nmov.f32 %g, "
      "0f00000000;\nmov.f64 %e, 0d0000000000000000;\n";
  for (int i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i);
    text += "ld.global.u64 %x" + n + ", [%a0+" + std::to_string(8 * i) + "];\ncvt.u32.u64 %r" + n +
            ", %x" + n + ";\nmov.b32 %f" + n + ", %r" + n + ";\nmov.b64 %d" + n + ", %x" + n +
            ";\ncvt.u16.u64 %h" + n + ", %x" + n + ";\n";
  }
  return text + body + "\nst.global.u64 [%a1], %o;\nret;\n}\n";
}

Array<uint64_t> run_lanes(const std::string& body, const std::vector<uint64_t>& inputs,
                          uint32_t threads) {
  const Module module = module_of(program(body));
  Array<uint64_t> in(inputs.begin(), inputs.end()), out(threads);
  in.resize(4);
  Kernel(module, "k").array(in).array(out).ok({1}, {threads});
  return out;
}
uint64_t bits(const std::string& body, const std::vector<uint64_t>& inputs) {
  return run_lanes(body, inputs, 1)[0];
}

// 32-bit result in %s, 16-bit in %w, f32 in %g, f64 in %e.
uint32_t b32(const std::string& op, const std::vector<uint64_t>& in) {
  return uint32_t(bits(op + "\ncvt.u64.u32 %o, %s;", in));
}
uint16_t b16(const std::string& op, const std::vector<uint64_t>& in) {
  return uint16_t(bits(op + "\ncvt.u64.u16 %o, %w;", in));
}
float f32(const std::string& op, const std::vector<float>& in) {
  std::vector<uint64_t> raw;
  for (float x : in) raw.push_back(std::bit_cast<uint32_t>(x));
  return std::bit_cast<float>(uint32_t(bits(op + "\nmov.b32 %s, %g;\ncvt.u64.u32 %o, %s;", raw)));
}
double f64(const std::string& op, const std::vector<double>& in) {
  std::vector<uint64_t> raw;
  for (double x : in) raw.push_back(std::bit_cast<uint64_t>(x));
  return std::bit_cast<double>(bits(op + "\nmov.b64 %o, %e;", raw));
}
bool holds(const std::string& op, const std::vector<float>& in) {
  return f32(op + "\nselp.f32 %g, 0f3F800000, 0f00000000, p;", in) == 1.0f;
}

struct Case32 {
  const char* op;
  std::vector<uint64_t> in;
  uint32_t expected;
};

TEST(Opcodes, Integers) {
  const std::vector<Case32> cases = {
      {"add.s32 %s, %r0, %r1;", {0x7fffffff, 1}, 0x80000000u},
      {"add.sat.s32 %s, %r0, %r1;", {0x7fffffff, 1}, 0x7fffffffu},
      {"sub.sat.s32 %s, %r0, %r1;", {0x80000000, 1}, 0x80000000u},
      {"mul.lo.s32 %s, %r0, %r1;", {0x10001, 0x10001}, 0x20001u},
      {"mul.hi.s32 %s, %r0, %r1;", {0xffffffff, 5}, 0xffffffffu},
      {"mul.hi.u32 %s, %r0, %r1;", {0xffffffff, 5}, 4},
      {"mad.lo.s32 %s, %r0, %r1, %r2;", {7, 0xffffffff, 9}, 2},
      {"mad.hi.u32 %s, %r0, %r1, %r2;", {0x80000000, 4, 1}, 3},
      {"div.s32 %s, %r0, %r1;", {uint32_t(-7), 2}, uint32_t(-3)},
      {"div.s32 %s, %r0, %r1;", {0x80000000, 0xffffffff}, 0x80000000u},
      {"div.u32 %s, %r0, %r1;", {7, 0}, 0xffffffffu},
      {"rem.s32 %s, %r0, %r1;", {uint32_t(-7), 2}, uint32_t(-1)},
      {"min.s32 %s, %r0, %r1;", {uint32_t(-7), 2}, uint32_t(-7)},
      {"min.u32 %s, %r0, %r1;", {uint32_t(-7), 2}, 2},
      {"abs.s32 %s, %r0;", {uint32_t(-7)}, 7},
      {"neg.s32 %s, %r0;", {7}, uint32_t(-7)},
      {"sad.s32 %s, %r0, %r1, %r2;", {uint32_t(-3), 4, 10}, 17},
      {"mul24.lo.s32 %s, %r0, %r1;", {0xff000003, 5}, 15},
      {"shl.b32 %s, %r0, %r1;", {1, 32}, 0},
      {"shl.b32 %s, %r0, %r1;", {1, 31}, 0x80000000u},
      {"shr.s32 %s, %r0, %r1;", {0x80000000, 40}, 0xffffffffu},
      {"shr.u32 %s, %r0, %r1;", {0x80000000, 31}, 1},
      {"shf.l.wrap.b32 %s, %r0, %r1, %r2;", {0x80000000, 1, 33}, 3},
      {"shf.r.clamp.b32 %s, %r0, %r1, %r2;", {1, 7, 40}, 7},
      {"shf.r.wrap.b32 %s, %r0, %r1, %r2;", {0x10, 3, 4}, 0x30000001u},
      {"and.b32 %s, %r0, %r1;", {12, 10}, 8},
      {"xor.b32 %s, %r0, %r1;", {12, 10}, 6},
      {"not.b32 %s, %r0;", {0}, 0xffffffffu},
      {"cnot.b32 %s, %r0;", {5}, 0},
      {"lop3.b32 %s, %r0, %r1, %r2, 0x96;", {12, 10, 1}, 7},
      {"lop3.b32 %s, %r0, %r1, %r2, 0xE8;", {12, 10, 1}, 8},
      {"popc.b32 %s, %r0;", {0xf0f0}, 8},
      {"popc.b64 %s, %x0;", {kOnes}, 64},
      {"clz.b32 %s, %r0;", {0}, 32},
      {"clz.b64 %s, %x0;", {1}, 63},
      {"bfind.u32 %s, %r0;", {0x100}, 8},
      {"bfind.s32 %s, %r0;", {0xfffffeff}, 8},
      {"bfind.shiftamt.u32 %s, %r0;", {0x100}, 23},
      {"bfind.u32 %s, %r0;", {0}, 0xffffffffu},
      {"brev.b32 %s, %r0;", {1}, 0x80000000u},
      {"bfe.u32 %s, %r0, 4, 8;", {0xabcd}, 0xbc},
      {"bfe.s32 %s, %r0, 4, 8;", {0xabcd}, 0xffffffbcu},
      {"bfe.s32 %s, %r0, 28, 8;", {0x80000000}, 0xfffffff8u},
      {"bfi.b32 %s, %r0, %r1, 8, 8;", {0xff12, 0xaaaaaaaa}, 0xaaaa12aau},
      {"prmt.b32 %s, %r0, %r1, 0x7610;", {0x33221100, 0x77665544}, 0x77661100u},
      {"prmt.b32 %s, %r0, %r1, 0x9988;", {0x00008000, 0}, 0xffff0000u},
      {"prmt.b32.f4e %s, %r0, %r1, %r2;", {0x33221100, 0x77665544, 1}, 0x44332211u},
      {"dp4a.s32.s32 %s, %r0, %r1, %r2;", {0x01ff0203, 0x04050607, 100}, 100 + 21 + 12 - 5 + 4},
      {"dp4a.u32.u32 %s, %r0, %r1, %r2;", {0xff000000, 0xff000000, 0}, 65025},
      {"bmsk.clamp.b32 %s, 4, 8;", {}, 0xff0},
      {"fns.b32 %s, %r0, 0, 2;", {0b10110}, 2},
      {"{ add.cc.u32 %r4, %r0, %r1;\n addc.u32 %s, %r2, %r3; }", {0xffffffff, 1, 5, 6}, 12},
      {"{ sub.cc.u32 %r4, %r0, %r1;\n subc.u32 %s, %r2, %r3; }", {0, 1, 9, 3}, 5},
      {"{ mad.lo.cc.u32 %r4, %r0, %r1, %r2;\n madc.hi.u32 %s, %r0, %r1, %r3; }",
       {0xffffffff, 2, 2, 10},
       12},
      {"{ setp.lt.s32 p|q, %r0, %r1;\n selp.b32 %s, 3, 4, q; }", {1, 2}, 4},
      {"slct.b32.s32 %s, %r0, %r1, %r2;", {5, 6, 0xffffffff}, 6},
      {"set.lt.u32.s32 %s, %r0, %r1;", {0xffffffff, 0}, 0xffffffffu},
      {"{ setp.eq.s32 p, %r0, %r1;\n setp.lt.and.s32 q, %r2, %r3, !p;\n selp.b32 %s, 1, 0, q; }",
       {1, 2, 3, 4},
       1},
      {"{ .reg .b16 lo, hi;\n mov.b32 {lo, hi}, %r0;\n mov.b32 %s, {hi, lo}; }",
       {0x12345678},
       0x56781234u},
      {"cvt.s32.s8 %s, %r0;", {0x80}, 0xffffff80u},
      {"cvt.u32.u8 %s, %r0;", {0x1ff}, 0xff},
      {"cvt.sat.u8.s32 %s, %r0;", {300}, 255},
      {"cvt.sat.s8.s32 %s, %r0;", {uint32_t(-300)}, 0xffffff80u},
      {"@!p mov.u32 %s, 1;", {}, 1},
  };
  for (const Case32& c : cases) EXPECT_EQ(b32(c.op, c.in), c.expected) << c.op;
  EXPECT_EQ(bits("mul.wide.s32 %o, %r0, %r1;", {uint32_t(-2), 3}), uint64_t(-6));
  EXPECT_EQ(bits("mad.wide.u32 %o, %r0, %r1, %x2;", {0xffffffff, 2, 3}), 0x200000001u);
  EXPECT_EQ(bits("mul.hi.u64 %o, %x0, %x1;", {kOnes, 4}), 3u);
  EXPECT_EQ(bits("bfi.b64 %o, %x0, %x1, 32, 32;", {5, 6}), 0x500000006u);
  EXPECT_EQ(bits("mov.b64 %o, {%r0, %r1};", {5, 6}), 0x600000005u);
}

TEST(Opcodes, BranchTableAndLocalScopes) {
  const std::string body =
      "brx.idx %r0, ts;\nts: .branchtargets L0, L1, L2;\nL0: mov.u32 %s, 10;\nbra.uni D;\nL1: "
      "mov.u32 %s, 11;\nbra.uni D;\n"
      "L2: mov.u32 %s, 12;\nD:";
  for (uint32_t i = 0; i < 3; ++i) EXPECT_EQ(b32(body, {i}), 10 + i);
  EXPECT_EQ(
      b32("{ .reg .b32 v;\n mov.b32 v, 3;\n { .reg .b32 v;\n mov.b32 v, 4; }\n mov.b32 %s, v; }",
          {}),
      3u);
}

TEST(Opcodes, AMissingOperandIsRefused) {
  for (const char* op :
       {"add.s32 %s, %r0;", "mad.lo.s32 %s, %r0, %r1;", "sub.cc.u32 %s, %r0;", "neg.s32 %s;",
        "and.b32 %s, %r0;", "prmt.b32 %s, %r0, %r1;", "shf.l.wrap.b32 %s, %r0, %r1;",
        "add.f32 %g, %f0;", "fma.rn.f32 %g, %f0, %f1;", "div.approx.f32 %g, %f0;",
        "sin.approx.f32 %g;", "add.f16 %w, %h0;", "add.f16x2 %s, %r0;",
        "dp4a.u32.u32 %s, %r0, %r1;", "sad.u32 %s, %r0, %r1;", "fns.b32 %s, %r0, %r1;",
        "bmsk.clamp.b32 %s, %r0;"}) {
    const Module module = module_of(program(op));
    Array<uint64_t> in(4), out(1);
    const LaunchResult result = Kernel(module, "k").array(in).array(out).launch({1}, {1});
    ASSERT_TRUE(result.fault) << op;
    EXPECT_EQ(result.fault->kind, FaultKind::kUnsupported) << op;
    EXPECT_NE(result.fault->message.find("an operand is missing"), std::string::npos) << op;
  }
}

TEST(Opcodes, Floats) {
  const float tiny = 1e-40f, nan = Limits::quiet_NaN(), inf = Limits::infinity();
  EXPECT_EQ(f32("add.f32 %g, %f0, %f1;", {tiny, tiny}), tiny + tiny);
  EXPECT_EQ(f32("add.ftz.f32 %g, %f0, %f1;", {tiny, tiny}), 0.0f);
  EXPECT_EQ(f32("add.sat.f32 %g, %f0, %f1;", {0.75f, 0.75f}), 1.0f);
  EXPECT_EQ(f32("add.rz.f32 %g, %f0, %f1;", {1.0f, 0x1.8p-24f}), 1.0f);
  EXPECT_EQ(f32("add.rp.f32 %g, %f0, %f1;", {1.0f, 0x1p-30f}), 1.0f + 0x1p-23f);
  EXPECT_EQ(f32("add.rm.f32 %g, %f0, %f1;", {-1.0f, -0x1p-30f}), -1.0f - 0x1p-23f);
  EXPECT_EQ(f32("mul.rn.f32 %g, %f0, %f1;", {3.0f, 0.1f}), 3.0f * 0.1f);
  const float a = 1.0f + 0x1p-12f;
  EXPECT_EQ(f32("fma.rn.f32 %g, %f0, %f1, %f2;", {a, a, -1.0f}), std::fma(a, a, -1.0f));
  // Not contracted: the product is rounded first.
  volatile float product = a * a;
  EXPECT_EQ(f32("{ mul.f32 %f4, %f0, %f1;\n add.f32 %g, %f4, %f2; }", {a, a, -1.0f}),
            product - 1.0f);
  EXPECT_EQ(f32("fma.rz.f32 %g, %f0, %f1, %f2;", {1.0f, 1.0f, 0x1.8p-24f}), 1.0f);
  EXPECT_EQ(f32("div.rn.f32 %g, %f0, %f1;", {1.0f, 3.0f}), 1.0f / 3.0f);
  EXPECT_EQ(f32("div.approx.f32 %g, %f0, %f1;", {1.0f, 0x1.8p126f}), 0.0f);
  EXPECT_EQ(f32("min.f32 %g, %f0, %f1;", {nan, 2.0f}), 2.0f);
  EXPECT_TRUE(std::isnan(f32("min.NaN.f32 %g, %f0, %f1;", {nan, 2.0f})));
  EXPECT_TRUE(std::signbit(f32("min.f32 %g, %f0, %f1;", {0.0f, -0.0f})));
  EXPECT_FALSE(std::signbit(f32("max.f32 %g, %f0, %f1;", {-0.0f, 0.0f})));
  EXPECT_EQ(f32("copysign.f32 %g, %f0, %f1;", {-1.0f, 5.0f}), -5.0f);
  EXPECT_EQ(f32("abs.f32 %g, %f0;", {-4.0f}), 4.0f);
  EXPECT_EQ(f32("sqrt.rn.f32 %g, %f0;", {2.0f}), std::sqrt(2.0f));
  EXPECT_EQ(f32("rsqrt.approx.f32 %g, %f0;", {4.0f}), 0.5f);
  EXPECT_EQ(f32("ex2.approx.f32 %g, %f0;", {10.0f}), 1024.0f);
  EXPECT_EQ(f32("lg2.approx.f32 %g, %f0;", {0.0f}), -inf);
  EXPECT_EQ(f32("tanh.approx.f32 %g, %f0;", {inf}), 1.0f);
  EXPECT_NEAR(f32("sin.approx.f32 %g, %f0;", {1.0f}), std::sin(1.0), 1e-7);
  EXPECT_EQ(f32("rcp.approx.ftz.f32 %g, %f0;", {0x1p127f}), 0.0f);
  EXPECT_EQ(f64("fma.rn.f64 %e, %d0, %d1, %d2;", {3, 4, 5}), 17.0);
  EXPECT_EQ(f64("div.rn.f64 %e, %d0, %d1;", {1, 3}), 1.0 / 3.0);
  EXPECT_EQ(f64("sqrt.rn.f64 %e, %d0;", {2}), std::sqrt(2.0));
  EXPECT_EQ(f64("add.rp.f64 %e, %d0, %d1;", {1, 1e-30}), 1.0 + 0x1p-52);
  EXPECT_EQ(f64("max.f64 %e, %d0, %d1;", {1, -3}), 1.0);
}

TEST(Opcodes, ComparisonsWithNaN) {
  const float nan = Limits::quiet_NaN();
  for (const char* op : {"eq", "ne", "lt", "le", "gt", "ge", "num"})
    EXPECT_FALSE(holds("setp." + std::string(op) + ".f32 p, %f0, %f1;", {nan, 1.0f})) << op;
  for (const char* op : {"equ", "neu", "ltu", "leu", "gtu", "geu", "nan"})
    EXPECT_TRUE(holds("setp." + std::string(op) + ".f32 p, %f0, %f1;", {nan, 1.0f})) << op;
  EXPECT_TRUE(holds("setp.ltu.f32 p, %f0, %f1;", {0.0f, 1.0f}));
  EXPECT_FALSE(holds("setp.geu.f32 p, %f0, %f1;", {0.0f, 1.0f}));
  EXPECT_TRUE(holds("setp.eq.ftz.f32 p, %f0, %f1;", {1e-40f, 0.0f}));
  EXPECT_TRUE(holds("testp.infinite.f32 p, %f0;", {Limits::infinity()}));
  EXPECT_TRUE(holds("testp.subnormal.f32 p, %f0;", {1e-40f}));
}

TEST(Opcodes, Conversions) {
  const auto raw = [](float x) { return uint64_t(std::bit_cast<uint32_t>(x)); };
  const float nan = Limits::quiet_NaN();
  const std::vector<Case32> cases = {
      {"cvt.rzi.s32.f32 %s, %f0;", {raw(-2.7f)}, uint32_t(-2)},
      {"cvt.rni.s32.f32 %s, %f0;", {raw(2.5f)}, 2},
      {"cvt.rmi.s32.f32 %s, %f0;", {raw(-2.1f)}, uint32_t(-3)},
      {"cvt.rpi.s32.f32 %s, %f0;", {raw(2.1f)}, 3},
      {"cvt.rzi.s32.f32 %s, %f0;", {raw(1e20f)}, 0x7fffffffu},
      {"cvt.rzi.s32.f32 %s, %f0;", {raw(-1e20f)}, 0x80000000u},
      {"cvt.rzi.s32.f32 %s, %f0;", {raw(nan)}, 0},
      {"cvt.rzi.u32.f32 %s, %f0;", {raw(-5.0f)}, 0},
      {"cvt.rzi.u32.f32 %s, %f0;", {raw(3e9f)}, 3000000000u},
      {"cvt.rn.f32.u32 %g, %r0;\nmov.b32 %s, %g;", {0xffffffff}, 0x4f800000u},
      {"cvt.rz.f32.s32 %g, %r0;\nmov.b32 %s, %g;",
       {0x7fffffff},
       std::bit_cast<uint32_t>(2147483520.0f)},
      {"cvt.rni.f32.f32 %g, %f0;\nmov.b32 %s, %g;", {raw(3.5f)}, uint32_t(raw(4.0f))},
      {"cvt.sat.f32.f32 %g, %f0;\nmov.b32 %s, %g;", {raw(-3.5f)}, 0},
      {"cvt.rn.f16x2.f32 %s, %f0, %f1;", {raw(1.0f), raw(2.0f)}, 0x3c004000u},
      {"cvt.rn.bf16x2.f32 %s, %f0, %f1;", {raw(1.0f), raw(2.0f)}, 0x3f804000u},
      {"cvt.rna.tf32.f32 %s, %f0;", {0x3f801000}, 0x3f802000u},
      {"cvt.f32.f16 %g, %h0;\nmov.b32 %s, %g;", {0x0001}, uint32_t(raw(0x1p-24f))},
      {"cvt.f32.f16 %g, %h0;\nmov.b32 %s, %g;", {0xfc00}, uint32_t(raw(-Limits::infinity()))},
      {"cvt.f32.bf16 %g, %h0;\nmov.b32 %s, %g;", {0x3f80}, uint32_t(raw(1.0f))},
  };
  for (const Case32& c : cases) EXPECT_EQ(b32(c.op, c.in), c.expected) << c.op;
  EXPECT_EQ(b16("cvt.rn.f16.f32 %w, %f0;", {raw(65520.0f)}), 0x7c00);
  EXPECT_EQ(b16("cvt.rn.f16.f32 %w, %f0;", {raw(65519.0f)}), 0x7bff);
  EXPECT_EQ(b16("cvt.rz.f16.f32 %w, %f0;", {raw(1e9f)}), 0x7bff);
  EXPECT_EQ(b16("cvt.rn.f16.f32 %w, %f0;", {raw(0x1p-25f)}), 0);
  EXPECT_EQ(b16("cvt.rn.f16.f32 %w, %f0;", {raw(0x1.8p-25f)}), 1);
  EXPECT_EQ(b16("cvt.rn.bf16.f32 %w, %f0;", {0x3f808000}), 0x3f80);
  EXPECT_EQ(b16("cvt.rn.bf16.f32 %w, %f0;", {0x3f818000}), 0x3f82);
  EXPECT_EQ(bits("cvt.rzi.s64.f64 %o, %d0;", {std::bit_cast<uint64_t>(-1e30)}), uint64_t(1) << 63);
  EXPECT_EQ(bits("cvt.s64.s32 %o, %r0;", {0x80000000}), 0xffffffff80000000u);
  EXPECT_EQ(bits("cvt.rn.f64.u64 %e, %x0;\nmov.b64 %o, %e;", {kOnes}),
            std::bit_cast<uint64_t>(0x1p64));
}

// Every f16 value goes to f32 and back unchanged, and rounding agrees with the compiler's own f16.
TEST(Opcodes, AllHalves) {
  const Module module =
      module_of(program("cvt.u16.u32 %h4, %t;\nshl.b16 %h5, %h0, 5;\nor.b16 %h4, %h4, "
                        "%h5;\ncvt.f32.f16 %f4, %h4;\nmov.b32 %r4, %f4;\n"
                        "cvt.rn.f16.f32 %w, %f4;\ncvt.u32.u16 %r5, %w;\nmov.b64 %o, {%r4, %r5};"));
  for (uint32_t high = 0; high < 2048; ++high) {
    Array<uint64_t> in = {high, 0, 0, 0}, out(32);
    Kernel(module, "k").array(in).array(out).ok({1}, {32});
    for (uint32_t low = 0; low < 32; ++low) {
      const auto half = uint16_t(high << 5 | low);
      const auto expected = float(std::bit_cast<_Float16>(half));
      if (expected != expected) continue;
      ASSERT_EQ(uint32_t(out[low]), std::bit_cast<uint32_t>(expected)) << half;
      ASSERT_EQ(out[low] >> 32, half);
    }
  }
}

TEST(Opcodes, HalfArithmetic) {
  EXPECT_EQ(b16("add.f16 %w, %h0, %h1;", {0x3c00, 0x3c00}), 0x4000);
  EXPECT_EQ(b16("mul.f16 %w, %h0, %h1;", {0x4200, 0x4200}), 0x4880);
  EXPECT_EQ(b16("fma.rn.f16 %w, %h0, %h1, %h2;", {0x3c01, 0x3c01, 0xbc02}),
            0x0010);  // 2^-20 survives only when fused
  EXPECT_EQ(b16("sub.bf16 %w, %h0, %h1;", {0x4000, 0x3f80}), 0x3f80);
  EXPECT_EQ(b16("neg.f16 %w, %h0;", {0x3c00}), 0xbc00);
  EXPECT_EQ(b16("max.NaN.f16 %w, %h0, %h1;", {0x7e00, 0x3c00}), 0x7fff);
  EXPECT_EQ(b16("max.f16 %w, %h0, %h1;", {0x7e00, 0x3c00}), 0x3c00);
  EXPECT_EQ(b16("fma.rn.relu.f16 %w, %h0, %h1, %h2;", {0x3c00, 0xbc00, 0}), 0);
  EXPECT_EQ(b32("add.f16x2 %s, %r0, %r1;", {0x3c004000, 0x3c003c00}), 0x40004200u);
  EXPECT_EQ(b32("fma.rn.bf16x2 %s, %r0, %r1, %r2;", {0x3f804000, 0x40004000, 0x3f803f80}),
            0x404040a0u);
  EXPECT_EQ(b16("set.eq.f16.f16 %w, %h0, %h1;", {0x3c00, 0x3c00}), 0x3c00);
  EXPECT_EQ(b32("set.gt.f16x2.f16x2 %s, %r0, %r1;", {0x40003c00, 0x3c003c00}), 0x3c000000u);
  // One rounding: the product is a tie, and the tiny addend decides.
  EXPECT_EQ(b16("fma.rn.bf16 %w, %h0, %h1, %h2;", {0x3f81, 0x3fc0, 0x0080}), 0x3fc2);
  EXPECT_EQ(b16("fma.rn.bf16 %w, %h0, %h1, %h2;", {0x3f81, 0x3fc0, 0x8080}), 0x3fc1);
}

TEST(Opcodes, LanesExchange) {
  const auto lanes = [](const std::string& op) {
    return run_lanes(op + "\ncvt.u64.u32 %o, %s;", {}, 32);
  };
  const auto up = lanes("shfl.sync.up.b32 %s, %t, 3, 0, -1;"),
             down = lanes("shfl.sync.down.b32 %s, %t, 3, 31, -1;"),
             bfly = lanes("shfl.sync.bfly.b32 %s, %t, 5, 31, -1;"),
             idx = lanes("shfl.sync.idx.b32 %s, %t, 2, 0x181f, -1;"),
             valid = lanes("shfl.sync.down.b32 %r4|p, %t, 8, 0x101f, -1;\nselp.b32 %s, 1, 0, p;");
  for (uint32_t l = 0; l < 32; ++l) {
    EXPECT_EQ(up[l], l < 3 ? l : l - 3);
    EXPECT_EQ(down[l], l + 3 > 31 ? l : l + 3);
    EXPECT_EQ(bfly[l], l ^ 5);
    EXPECT_EQ(idx[l], (l & ~7u) | 2);
    EXPECT_EQ(valid[l], l % 16 + 8 < 16 ? 1u : 0u);
  }
  EXPECT_EQ(lanes("setp.lt.u32 p, %t, 5;\nvote.sync.ballot.b32 %s, p, -1;")[9], 31u);
  EXPECT_EQ(lanes("setp.lt.u32 p, %t, 5;\nvote.sync.any.pred q, p, -1;\nselp.b32 %s, 1, 0, q;")[9],
            1u);
  EXPECT_EQ(lanes("setp.lt.u32 p, %t, 5;\nvote.sync.all.pred q, p, -1;\nselp.b32 %s, 1, 0, q;")[9],
            0u);
  EXPECT_EQ(lanes("redux.sync.add.s32 %s, %t, -1;")[3], 496u);
  EXPECT_EQ(lanes("redux.sync.max.u32 %s, %t, -1;")[3], 31u);
  EXPECT_EQ(lanes("and.b32 %r4, %t, 3;\nmatch.any.sync.b32 %s, %r4, -1;")[6], 0x44444444u);
  EXPECT_EQ(lanes("match.all.sync.b32 %s|p, %r0, -1;")[6], 0xffffffffu);
  EXPECT_EQ(lanes("setp.lt.u32 p, %t, 7;\n@!p bra E;\nactivemask.b32 %s;\nE:")[2], 0x7fu);
  EXPECT_EQ(lanes("setp.lt.u32 p, %t, 5;\nbar.red.popc.u32 %s, 0, p;")[20], 5u);
  EXPECT_EQ(lanes("setp.lt.u32 p, %t, 5;\nbar.red.or.pred q, 0, p;\nselp.b32 %s, 1, 0, q;")[20],
            1u);
}

TEST(Opcodes, Atomics) {
  const auto after = [](const std::string& op, uint64_t start, uint64_t operand) {
    const Module module = module_of(program(op));
    Array<uint64_t> in = {operand, start, 7, 9}, out(32);
    Kernel(module, "k").array(in).array(out).ok({1}, {32});
    return in[1];
  };
  EXPECT_EQ(after("atom.global.add.u32 %s, [%a0+8], %r0;", 5, 2), 69u);
  EXPECT_EQ(after("red.global.add.u64 [%a0+8], %x0;", 5, 2), 69u);
  EXPECT_EQ(after("atom.global.max.s32 %s, [%a0+8], %t;", 5, 0), 31u);
  EXPECT_EQ(after("atom.global.inc.u32 %s, [%a0+8], %r0;", 0, 9), 32u % 10);
  EXPECT_EQ(after("atom.global.cas.b32 %s, [%a0+8], %r0, 77;", 5, 5), 77u);
  EXPECT_EQ(after("atom.global.exch.b32 %s, [%a0+8], %t;", 5, 5), 31u);
  EXPECT_EQ(after("atom.global.and.b32 %s, [%a0+8], %r0;", 15, 6), 6u);
  EXPECT_EQ(after("atom.add.noftz.f16x2 %s, [%a0+8], %r0;", 0, 0x3c003c00), 0x50005000u);
  EXPECT_EQ(after("red.global.add.f32 [%a0+8], %f0;", 0, 0x3f800000),
            std::bit_cast<uint32_t>(32.0f));
}

// Threads may wait for others of their warp or block, as on any GPU since Volta.
TEST(Opcodes, SpinLocks) {
  const Module module = module_of(
      program("L: atom.global.cas.b32 %s, [%a0+8], 0, 1;\nsetp.ne.s32 p, %s, 0;\n@p bra L;\n"
              "ld.volatile.global.u32 %r4, [%a0+16];\nadd.s32 %r4, %r4, 1;\nst.volatile.global.u32 "
              "[%a0+16], %r4;\n"
              "membar.gl;\natom.global.exch.b32 %s, [%a0+8], 0;"));
  Array<uint64_t> in = {0, 0, 0, 0}, out(64);
  Kernel kernel(module, "k");
  kernel.options.max_lane_instructions = 1'000'000'000;
  kernel.array(in).array(out).ok({1}, {64});
  EXPECT_EQ(in[2], 64u);
}
TEST(Opcodes, SpinOnAnotherWarp) {
  const Module module =
      module_of(program("setp.ge.u32 p, %t, 32;\n@p bra W;\nL: ld.volatile.global.u32 %s, "
                        "[%a0+8];\nsetp.eq.s32 q, %s, 0;\n@q bra L;\n"
                        "bra E;\nW: st.volatile.global.u32 [%a0+8], 3;\nE: cvt.u64.u32 %o, %s;"));
  Array<uint64_t> in = {0, 0, 0, 0}, out(64);
  Kernel kernel(module, "k");
  kernel.options.max_lane_instructions = 100'000'000;
  kernel.array(in).array(out).ok({1}, {64});
  EXPECT_EQ(out[5], 3u);
}

TEST(Opcodes, TanhIsAsCoarseAsTheHardwares) {
  const auto tanh = [](float x) { return f32("tanh.approx.f32 %g, %f0;", {x}); };
  double worst = 0;
  for (float x = 0x1p-20f; x < 8; x *= 1.37f) {
    const double exact = std::tanh(double(x));
    worst = std::max(worst, std::fabs(tanh(x) - exact) / exact);
    EXPECT_EQ(tanh(-x), -tanh(x));
    EXPECT_EQ(tanh(x), tanh(x));
  }
  EXPECT_LE(worst, 0x1p-16);
  EXPECT_GE(worst, 0x1p-18);
  EXPECT_EQ(tanh(20), 1.0f);
  EXPECT_EQ(tanh(-Limits::infinity()), -1.0f);
  EXPECT_TRUE(std::isnan(tanh(Limits::quiet_NaN())));
  EXPECT_TRUE(std::signbit(tanh(-0.0f)));
  EXPECT_EQ(tanh(Limits::denorm_min()), Limits::denorm_min());
}

TEST(Opcodes, CpAsyncFillsWithZeros) {
  const std::string body =
      ".shared .align 16 .b8 buffer[16];\n{ .reg .b32 z;\n mov.u32 z, "
      "buffer;\ncp.async.ca.shared.global [z], [%a0], 16, 8;\n"
      "cp.async.commit_group;\ncp.async.wait_group 0;\nld.shared.v2.u64 {%x4, %x5}, [z];\nadd.s64 "
      "%o, %x4, %x5; }";
  EXPECT_EQ(bits(body, {5, 100}), 5u);
}

}  // namespace
}  // namespace cudal1::sim::testing
