#include "gpu/local_headers.h"

#include <gtest/gtest.h>

#include <fstream>

#include "cudal1/gpu/compiler.h"
#include "temporary_folder.h"

namespace cudal1::gpu {
namespace {

class LocalHeadersTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    std::ofstream(folder_.path() / name) << text;
  }
  std::string path() const { return (folder_.path() / "program" / "kernel.cu").string(); }
  LocalHeaders found(const std::string& source) const { return local_headers(source, path()); }
  Result<CompiledModule, CompileError> compile(const std::string& source) const {
    CompileRequest request;
    request.source = source;
    request.path = path();
    return Compiler().compile(request);
  }
  const TemporaryFolder folder_;
};

TEST_F(LocalHeadersTest, AreFoundTransitively) {
  write("program/a.cuh", "#include \"sub/b.h\"\n");
  write("program/sub/b.h", "#include \"../c.h\"\n#include \"d.h\"\n");
  write("program/c.h", "int c;");
  write("program/sub/d.h", "int d;");
  const LocalHeaders headers = found("#include \"a.cuh\"\n#include \"c.h\"\n");
  EXPECT_EQ(headers.at("c.h"), "int c;");
  EXPECT_EQ(headers.at("sub/d.h"), "int d;");
  EXPECT_EQ(headers.at("d.h"), "#include \"sub/d.h\"\n");
  EXPECT_EQ(headers.at("../c.h"), "#include \"c.h\"\n");
  EXPECT_EQ(headers.size(), 6u);
}

TEST_F(LocalHeadersTest, CompileAsIfOnDisk) {
  write("program/sub/b.cuh",
        "#pragma once\n#include \"../c.h\"\n__device__ int b() { return c(); }\n");
  write("program/c.h", "#pragma once\n__device__ int c() { return 7; }\n");
  const auto outcome = compile(
      "#include \"c.h\"\n#include \"./sub/b.cuh\"\n__global__ void k(int* x) { x[0] = b(); }\n");
  EXPECT_TRUE(outcome) << outcome.error().log;
}

TEST_F(LocalHeadersTest, NamesThatLeadOutAreRefusedWhetherOrNotTheyExist) {
  write("outside.h", "int secret;");
  for (const char* name : {"../outside.h", "../nowhere.h", "/etc/passwd", "/nowhere", ".hidden.h",
                           "sub/../../outside.h"}) {
    const LocalHeaders headers = found("#include \"" + std::string(name) + "\"\n");
    ASSERT_TRUE(headers.contains(name)) << name;
    EXPECT_EQ(headers.at(name), "#error \"" + std::string(name) + "\" " + kRefusedInclude + "\n");
  }
  EXPECT_TRUE(found("#include </etc/passwd>\n").contains("/etc/passwd"));
  EXPECT_TRUE(found("#include <../x>\n").contains("../x"));
}

TEST_F(LocalHeadersTest, OnlyHeadersAreRead) {
  write("program/notes.txt", "private");
  EXPECT_EQ(found("#include \"notes.txt\"\n").at("notes.txt").find("private"), std::string::npos);
  EXPECT_TRUE(found("#include \"nv/target\"\n").empty()) << "the toolkit's";
}

TEST_F(LocalHeadersTest, OneNameForTwoFilesIsAnError) {
  write("program/a/x.h", "#include \"impl.h\"\n");
  write("program/a/impl.h", "int a;");
  write("program/b/y.h", "#include \"impl.h\"\n");
  write("program/b/impl.h", "int b;");
  const LocalHeaders headers = found("#include \"a/x.h\"\n#include \"b/y.h\"\n");
  EXPECT_NE(headers.at("impl.h").find("stands for two files"), std::string::npos);
}

TEST_F(LocalHeadersTest, ARefusedNameIsReportedAtItsLine) {
  const auto outcome = compile("\n#include \"/etc/passwd\"\n__global__ void k() {}\n");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().line, 2);
  EXPECT_EQ(outcome.error().message, std::string("\"/etc/passwd\" ") + kRefusedInclude);
}

TEST_F(LocalHeadersTest, WhatIsNotReachedIsNoError) {
  EXPECT_TRUE(
      compile("#if 0\n#include \"../x.h\"\n#endif\n// #include \"/y\"\n__global__ void k() {}\n"));
}

}  // namespace
}  // namespace cudal1::gpu
