#include "ingredients.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace cudal1::train {
namespace {

class IngredientsTest : public ::testing::Test {
 protected:
  ~IngredientsTest() override { std::filesystem::remove(file); }
  // Of `examples` examples, this share held out.
  Ingredients gathered(int examples, double share) {
    std::ofstream stream(file);
    for (int i = 0; i < examples; ++i)
      stream << R"({"prompt": "a", "completion": "b"})"
             << "\n";
    stream.close();
    TrainConfig config;
    config.initialise.emplace();
    config.initialise->vocab_size = 512;
    config.initialise->max_positions = 64;
    config.train_tokenizer.emplace().vocab_size = 300;
    config.data = {file};
    config.heldout_share = share;
    return gather(config);
  }

  std::filesystem::path file = std::filesystem::temp_directory_path() /
                               ("cudal1-ingredients-" + std::to_string(::getpid()) + ".jsonl");
};

TEST_F(IngredientsTest, AShareIsHeldOutAndOneExampleIsLeftAtLeast) {
  EXPECT_EQ(gathered(100, 0.1).heldout.size(), 10u);
  EXPECT_EQ(gathered(100, 0.001).heldout.size(), 0u);
  const Ingredients most = gathered(100, 0.999);
  EXPECT_EQ(most.heldout.size(), 99u);
  EXPECT_EQ(most.examples.size(), 1u);
  EXPECT_EQ(gathered(1, 0.9).examples.size(), 1u);
}

}  // namespace
}  // namespace cudal1::train
