// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/optimiser.h"

#include <torch/optim.h>
#include <torch/serialize.h>
#include <torch/types.h>

// LibTorch 1.13's header needs torch/types.h before it.
#include <torch/nn/utils/clip_grad.h>

#include <cmath>
#include <limits>
#include <map>
#include <sstream>

#include "nn/device.h"

namespace siamtrack::training {
namespace {

using torch::optim::OptimizerParamGroup;

OptimizerParamGroup make_group(const OptimiserRecipe& recipe, std::vector<at::Tensor> tensors,
                               double decay) {
  const double rate = recipe.schedule.first;
  std::unique_ptr<torch::optim::OptimizerOptions> options;
  if (recipe.kind == "sgd") {
    options = std::make_unique<torch::optim::SGDOptions>(
        torch::optim::SGDOptions(rate).momentum(recipe.momentum).weight_decay(decay));
  } else {
    options = std::make_unique<torch::optim::AdamWOptions>(
        torch::optim::AdamWOptions(rate).weight_decay(decay));
  }
  return OptimizerParamGroup(std::move(tensors), std::move(options));
}

std::unique_ptr<torch::optim::Optimizer> make_optimiser(const OptimiserRecipe& recipe,
                                                        std::vector<OptimizerParamGroup> groups) {
  const double rate = recipe.schedule.first;
  if (recipe.kind == "sgd") {
    return std::make_unique<torch::optim::SGD>(std::move(groups), torch::optim::SGDOptions(rate));
  }
  return std::make_unique<torch::optim::AdamW>(std::move(groups), torch::optim::AdamWOptions(rate));
}

/// Moves the moments of every parameter to `device`.
void move_moments(torch::optim::Optimizer& optimiser, const at::Device& device) {
  const auto moved = [&](const at::Tensor& moment) {
    return moment.defined() ? moment.to(device) : moment;
  };
  for (auto& [key, state] : optimiser.state()) {
    if (auto* sgd = dynamic_cast<torch::optim::SGDParamState*>(state.get())) {
      sgd->momentum_buffer(moved(sgd->momentum_buffer()));
    } else if (auto* adamw = dynamic_cast<torch::optim::AdamWParamState*>(state.get())) {
      adamw->exp_avg(moved(adamw->exp_avg()));
      adamw->exp_avg_sq(moved(adamw->exp_avg_sq()));
    }
  }
}

}  // namespace

Optimiser::Optimiser(const OptimiserRecipe& recipe, const std::vector<Parameter>& parameters)
    : clip_(recipe.clip),
      device_(parameters.empty() ? at::kCPU : parameters.front().tensor.device()) {
  struct Kind {
    double factor;
    bool plain;  ///< without weight decay
    auto operator<=>(const Kind&) const = default;
  };
  std::map<Kind, std::vector<at::Tensor>> kinds;
  for (const Parameter& parameter : parameters) {
    tensors_.push_back(parameter.tensor);
    const bool plain = recipe.kind == "adamw" && parameter.tensor.dim() != 4;
    kinds[{parameter.factor, plain}].push_back(parameter.tensor);
  }
  std::vector<OptimizerParamGroup> groups;
  for (auto& [kind, tensors] : kinds) {
    factors_.push_back(kind.factor);
    groups.push_back(make_group(recipe, std::move(tensors), kind.plain ? 0 : recipe.weight_decay));
  }
  optimiser_ = make_optimiser(recipe, std::move(groups));
}

Optimiser::~Optimiser() = default;

// A gradient of zeros is not none: momentum and weight decay act on it. zero_grad() leaves zeros in
// LibTorch 1.13 and none in 2.x, and a resumed run begins with none.
void Optimiser::zero_gradients() {
  for (const at::Tensor& tensor : tensors_) tensor.mutable_grad().reset();
}

bool Optimiser::step(double rate) {
  for (std::size_t i = 0; i < factors_.size(); ++i) {
    optimiser_->param_groups()[i].options().set_lr(rate * factors_[i]);
  }
  const double limit = clip_ > 0 ? clip_ : std::numeric_limits<float>::max();
  // An infinite gradient would make every weight NaN: such a batch teaches nothing.
  if (!std::isfinite(torch::nn::utils::clip_grad_norm_(tensors_, limit))) return false;
  optimiser_->step();
  return true;
}

// A run may go on without the device that it began on, so what is written lies on the CPU.
std::string Optimiser::state() const {
  std::ostringstream text;
  move_moments(*optimiser_, at::kCPU);
  torch::save(*optimiser_, text);
  move_moments(*optimiser_, device_);
  return text.str();
}

void Optimiser::restore(const std::string& state) {
  std::istringstream text(state);
  torch::load(*optimiser_, text);
  move_moments(*optimiser_, device_);
}

void move_to(nn::Weights& weights, const at::Device& device) {
  for (auto& [key, tensor] : weights) {
    tensor = tensor.to(device);
    if (tensor.dim() == 4) tensor = nn::in_layout_of_device(tensor);
  }
}

std::vector<Optimiser::Parameter> trained_parameters(const Task& task, nn::Weights& weights,
                                                     double progress) {
  std::vector<Optimiser::Parameter> trained;
  for (auto& [key, tensor] : weights) {
    const bool statistic = key.find(".running_") != std::string::npos;
    const double factor = statistic ? 0 : task.rate_factor(key, progress);
    tensor.requires_grad_(factor > 0);
    if (factor > 0) trained.push_back({tensor, factor});
  }
  return trained;
}

}  // namespace siamtrack::training
