// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/nanotrack_steps.h"

#include <ATen/ATen.h>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "nn/layers.h"
#include "nn/rewrite.h"
#include "ops/xcorr.h"

namespace siamtrack::training {
namespace {

constexpr int kVersion = 3;
constexpr int kCentreMargin = 2;  // 8x8 template -> its centre 4x4
constexpr int kDepthPadding = 1;  // 16x16 against 4x4 -> 15x15

/// Numbers the results of one pass.
struct Pass {
  const nn::Weights& weights;
  nn::Mode mode;
  const NanoTrackSteps::Observer& observe;
  int step = 0;

  at::Tensor run(const nn::Sequence& layers, const at::Tensor& x) const {
    return nn::forward(layers, weights, x, mode);
  }
  at::Tensor shown(const at::Tensor& result) { return observe(step++, result); }
  at::Tensor operator()(const nn::Sequence& layers, const at::Tensor& x) {
    return shown(run(layers, x));
  }
};

}  // namespace

std::vector<int> stage_sides(const std::vector<nn::Sequence>& stages, int patch) {
  std::vector<int> sides;
  sides.reserve(stages.size());
  for (const nn::Sequence& stage : stages) {
    patch = nn::output_size(stage, patch);
    sides.push_back(patch);
  }
  return sides;
}

NanoTrackSteps::NanoTrackSteps()
    : stages_(nn::mobilenet_v3_nanotrack(kVersion, "backbone.").stages) {
  const nn::NanoTrackHead head = nn::nanotrack_head_blueprint({kVersion});
  classification_ = split(head.classification);
  regression_ = split(head.regression);
}

NanoTrackSteps::Branch NanoTrackSteps::split(const nn::NanoTrackBranch& branch) {
  Branch made{branch.pixel_kernel, branch.pixel_search, branch.pixel_after,
              branch.depth_kernel, branch.depth_search, {}};
  // A step of the tower begins at each depthwise convolution and at the prediction.
  for (std::size_t i = 0; i < branch.tower.size(); ++i) {
    const auto* conv = std::get_if<nn::Conv>(&branch.tower[i].kind);
    const bool begins = i == 0 || i + 1 == branch.tower.size() || (conv && conv->groups > 1);
    if (begins) made.tower.emplace_back();
    made.tower.back().push_back(branch.tower[i]);
  }
  return made;
}

std::vector<nn::Sequence*> NanoTrackSteps::parts(Branch& branch) {
  std::vector<nn::Sequence*> all = {&branch.pixel_kernel, &branch.pixel_search, &branch.pixel_after,
                                    &branch.depth_kernel, &branch.depth_search};
  for (nn::Sequence& step : branch.tower) all.push_back(&step);
  return all;
}

NanoTrackSteps NanoTrackSteps::prepared(nn::Weights& weights) const {
  NanoTrackSteps fast = *this;
  for (nn::Sequence& stage : fast.stages_) stage = nn::prepare_for_inference(stage, weights);
  for (Branch* branch : {&fast.classification_, &fast.regression_}) {
    for (nn::Sequence* part : parts(*branch)) *part = nn::prepare_for_inference(*part, weights);
  }
  return fast;
}

nn::Sequence NanoTrackSteps::layers() const {
  nn::Sequence all;
  const auto append = [&](const nn::Sequence& part) {
    all.insert(all.end(), part.begin(), part.end());
  };
  for (const nn::Sequence& stage : stages_) append(stage);
  for (Branch branch : {classification_, regression_}) {
    for (const nn::Sequence* part : parts(branch)) append(*part);
  }
  return all;
}

bool NanoTrackSteps::is_feature(int step) const {
  const int end = 2 * static_cast<int>(stages_.size());  // each stage: exemplar, search patch
  return step == end - 2 || step == end - 1;
}

std::vector<int> NanoTrackSteps::stage_sides(int patch) const {
  return training::stage_sides(stages_, patch);
}

int NanoTrackSteps::response_side(int patch) const {
  return nn::output_size(classification_.pixel_after, stage_sides(patch).back());
}

NanoTrackSteps::Output NanoTrackSteps::run(const nn::Weights& weights, at::Tensor z, at::Tensor x,
                                           nn::Mode mode, const Observer& observe) const {
  Pass pass{weights, mode, observe};
  for (const nn::Sequence& stage : stages_) {
    z = pass(stage, z);
    x = pass(stage, x);
  }
  const auto head = [&](const Branch& branch) {
    const at::Tensor pixel_kernel = pass(branch.pixel_kernel, z);
    const at::Tensor pixel_search = pass(branch.pixel_search, x);
    const at::Tensor depth_kernel = pass(branch.depth_kernel, nn::cropped(z, kCentreMargin));
    const at::Tensor depth_search = pass(branch.depth_search, x);
    const at::Tensor pixel = pixelwise_xcorr(pixel_search, pixel_kernel, mode);
    const at::Tensor depth = depthwise_xcorr(depth_search, depth_kernel, mode, kDepthPadding);
    at::Tensor maps = pass.shown(at::cat({pass.run(branch.pixel_after, pixel), depth}, 1));
    for (std::size_t i = 0; i + 1 < branch.tower.size(); ++i) maps = pass(branch.tower[i], maps);
    return pass.run(branch.tower.back(), maps);
  };
  const at::Tensor logits = head(classification_);
  return {logits, head(regression_)};
}

}  // namespace siamtrack::training
