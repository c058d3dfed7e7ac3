// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include "training/task.h"

namespace siamtrack::testing {

/// The smallest task that depends on the pairs it sees: predicts the target's place from two means.
class TinyTask : public training::Task {
 public:
  nn::Weights initial_weights(std::uint64_t) const override {
    return {{"a.weight", at::full({2}, 0.1)}, {"b.weight", at::zeros({1})}};
  }
  double rate_factor(const std::string& key, double progress) const override {
    return key == "a.weight" ? 1 : progress >= 0.5 ? 0.5 : 0;
  }
  training::StepLoss loss(const nn::Weights& weights, const training::Batch& batch,
                          double) const override {
    const at::Tensor& weight = weights.at("a.weight");
    const auto mean = [&](const at::Tensor& patches) {
      return patches.to(weight.device()).to(at::kFloat).mean();
    };
    const at::Tensor means = at::stack({mean(batch.exemplars), mean(batch.searches)});
    const at::Tensor guess = (weight * means / 255).sum() + weights.at("b.weight");
    const at::Tensor loss = (guess - batch.targets.front()->centre_x() / 255).pow(2).sum();
    return {loss, {{"square", loss.detach()}}};
  }
  nn::Weights export_weights(const nn::Weights& weights) const override {
    return {{"a.weight", weights.at("a.weight").detach()}};
  }
  training::Imported import_weights(const nn::ModelFile& model,
                                    nn::Weights& weights) const override {
    return training::take_over(model, weights);
  }
  nlohmann::json metadata(const nn::Weights&) const override { return {{"architecture", "tiny"}}; }
};

}  // namespace siamtrack::testing
