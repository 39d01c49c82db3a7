#include "cudal1/policy/model_policy.h"

#include <ATen/ATen.h>

#include "cudal1/core/error.h"
#include "cudal1/model/generator.h"
#include "cudal1/model/lora.h"

namespace cudal1::policy {
namespace {

at::Device device_of(ComputeDevice wanted) {
  const bool there = at::hasCUDA();
  if (wanted == ComputeDevice::kCuda && !there)
    throw EnvironmentError("there is no GPU that torch can use",
                           "Use --model-device cpu, or see `cudal1 doctor`.");
  return there && wanted != ComputeDevice::kCpu ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
}

model::Transformer load(const ModelOptions& options) {
  const auto checkpoint = model::Checkpoint::open(options.folder);
  const at::Device device = device_of(options.device);
  const auto own = device.is_cpu() ? model::WeightType::kFloat32 : checkpoint.config().type;
  const auto type = model::scalar_type_of(options.type.value_or(own));
  model::Weights weights = model::load_weights(checkpoint, at::TensorOptions(type).device(device));
  if (!options.adapter.empty()) model::merge_adapter(weights, checkpoint.config(), options.adapter);
  return {checkpoint.config(), std::move(weights)};
}

class ModelPolicy final : public Policy {
 public:
  explicit ModelPolicy(const ModelOptions& options)
      : name_(options.folder.string()),
        tokenizer_(model::Tokenizer::read(options.folder / "tokenizer.json")),
        transformer_(load(options)),
        generator_(transformer_, tokenizer_, {options.max_batch, options.deterministic}) {}

  std::string name() const override { return name_; }

  std::vector<std::vector<Completion>> complete(std::span<const Question> questions,
                                                const OnText& on_text,
                                                std::stop_token stop) override {
    std::vector<model::Prompt> prompts;
    for (const Question& question : questions) prompts.push_back(prompt_of(question));
    std::vector<std::vector<Completion>> answers;
    for (auto& generated : generator_.run(prompts, on_text, stop)) {
      answers.emplace_back();
      for (model::Generated& one : generated)
        answers.back().push_back({std::move(one.text), std::move(one.tokens),
                                  std::move(one.logprobs), model::name_of(one.finish)});
    }
    return answers;
  }

 private:
  model::Prompt prompt_of(const Question& question) const {
    std::string text;
    if (question.chat) {
      text = model::render(model::chat_template_of(tokenizer_), question.messages,
                           /*opens_answer=*/true);
    } else {
      for (const model::Message& message : question.messages) text += message.content;
    }
    return {tokenizer_.encode(text, {.template_tokens = true, .parse_special = question.chat}),
            question.sampling, question.seeds};
  }

  std::string name_;
  model::Tokenizer tokenizer_;
  model::Transformer transformer_;
  model::Generator generator_;
};

}  // namespace

std::unique_ptr<Policy> open_model(const ModelOptions& options) {
  return std::make_unique<ModelPolicy>(options);
}

}  // namespace cudal1::policy
