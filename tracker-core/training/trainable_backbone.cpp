// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/trainable_backbone.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "nn/analysis.h"
#include "nn/forward.h"
#include "nn/rewrite.h"

namespace siamtrack::training {
namespace {

template <typename Kind>
bool is(const nn::Layer& layer) {
  return std::holds_alternative<Kind>(layer.kind);
}

/// One backbone whose crops have been moved towards the input, across stages where nothing leaves
/// in between.
nn::Backbone without_crops(const nn::Backbone& plain) {
  nn::Backbone form = plain;
  if (plain.outputs.size() > 1) {
    for (nn::Sequence& stage : form.stages) stage = nn::fold_crops(stage);
    return form;
  }
  nn::Sequence whole;
  for (const nn::Sequence& stage : plain.stages) {
    whole.insert(whole.end(), stage.begin(), stage.end());
  }
  form.stages = {nn::fold_crops(whole)};
  form.outputs = {0};
  return form;
}

/// Index of the first layer of each unit of a stage.
std::vector<std::size_t> unit_starts(const nn::Sequence& stage) {
  std::vector<std::size_t> starts;
  if (std::any_of(stage.begin(), stage.end(), is<nn::Crop>)) {
    for (std::size_t i = 0; i < stage.size(); ++i) {
      if (is<nn::Residual>(stage[i]) || is<nn::Concat>(stage[i])) starts.push_back(i);
    }
  }
  if (starts.empty()) starts.push_back(0);
  return starts;
}

}  // namespace

TrainableBackbone::TrainableBackbone(nn::Backbone plain, const std::vector<UnfreezeStep>& steps)
    : plain_(std::move(plain)), form_(without_crops(plain_)) {
  for (const UnfreezeStep& step : steps) {
    rows_.push_back({step.progress, before_last(step.units)});
  }
}

TrainableBackbone::Keys TrainableBackbone::before_last(int units) const {
  struct Place {
    std::size_t stage, layer;
  };
  std::vector<Place> starts;
  for (std::size_t stage = 0; stage < plain_.stages.size(); ++stage) {
    for (const std::size_t layer : unit_starts(plain_.stages[stage])) {
      starts.push_back({stage, layer});
    }
  }
  Keys keys;
  const int frozen_units = static_cast<int>(starts.size()) - units;
  if (frozen_units <= 0) return keys;
  const Place end =
      units > 0 ? starts[static_cast<std::size_t>(frozen_units)] : Place{plain_.stages.size(), 0};
  for (std::size_t stage = 0; stage < std::min(end.stage + 1, plain_.stages.size()); ++stage) {
    const nn::Sequence& layers = plain_.stages[stage];
    const auto last =
        stage == end.stage ? layers.begin() + static_cast<std::ptrdiff_t>(end.layer) : layers.end();
    for (const nn::TensorSpec& spec : nn::tensor_specs(nn::Sequence(layers.begin(), last))) {
      keys.insert(spec.key);
    }
  }
  return keys;
}

const TrainableBackbone::Keys& TrainableBackbone::frozen_at(double progress) const {
  const Keys* keys = &none_;
  for (const Row& row : rows_) {
    if (progress >= row.progress) keys = &row.frozen;
  }
  return *keys;
}

bool TrainableBackbone::frozen(const std::string& key, double progress) const {
  return frozen_at(progress).contains(key);
}

std::vector<at::Tensor> TrainableBackbone::features(const nn::Weights& weights, const at::Tensor& x,
                                                    double progress) const {
  const Keys& frozen = frozen_at(progress);
  const auto is_trained = [&](const nn::Layer& layer) {
    const std::vector<nn::TensorSpec> specs = nn::tensor_specs(nn::Sequence{layer});
    return !specs.empty() && !frozen.contains(specs.front().key);
  };
  std::vector<at::Tensor> features;
  at::Tensor current = x;
  bool training = false;
  for (std::size_t stage = 0; stage < form_.stages.size(); ++stage) {
    const nn::Sequence& layers = form_.stages[stage];
    const auto first =
        training ? layers.begin() : std::find_if(layers.begin(), layers.end(), is_trained);
    training = first != layers.end();
    {
      const at::NoGradGuard constant;
      current = nn::forward(nn::Sequence(layers.begin(), first), weights, current, nn::Mode::kEval);
    }
    current = nn::forward(nn::Sequence(first, layers.end()), weights, current, nn::Mode::kTrain);
    const auto& outputs = form_.outputs;
    if (std::find(outputs.begin(), outputs.end(), static_cast<int>(stage)) != outputs.end()) {
      features.push_back(current);
    }
  }
  return features;
}

}  // namespace siamtrack::training
