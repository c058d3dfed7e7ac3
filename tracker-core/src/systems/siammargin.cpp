// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>

#include <cmath>

#include "decode/template_points.h"
#include "nn/backbones/backbones.h"
#include "systems/anchor_system.h"
#include "systems/makers.h"
#include "systems/rpn_networks.h"

namespace siamtrack {
namespace {

constexpr nn::Mode kMode = nn::Mode::kInference;

/// Places in a template. Only the first two are correlated.
constexpr std::size_t kClassification = 0, kFirst = 2, kAverage = 3;

/// What SiamMargin adds to a region proposal tracker (spec sections 10.2 to 10.4).
struct MarginParameters {
  double update_rate = 0.18;  ///< of the moving average, times the ranking of what was found
  double first_share = 0.60;  ///< of the first frame in the template
  double fast = 80;           ///< network px in one frame, from which on the large patch is used
  double second_score = 0.1;  ///< under which there is a second search
  double second_step = 0.9;   ///< of the last move, where the second search lies
};

/// Bilinear features around the target, 0 outside of the map.
/// @param features  [1, C, W, W]
/// @return          [1, C, 7, 7]
at::Tensor sample(const at::Tensor& features, const Candidate& found, double scale, double stride) {
  const double width = found.box.width * scale, height = found.box.height * scale;
  const auto columns = template_points(width, height, found.evidence.offset_x, stride);
  const auto rows = template_points(height, width, found.evidence.offset_y, stride);
  const std::int64_t middle = features.size(3) / 2;
  const double half = static_cast<double>(features.size(3) - 1) / 2;  // grid_sampler: -1 .. 1
  at::Tensor grid = at::empty({1, kTemplatePoints, kTemplatePoints, 2});
  float* place = grid.data_ptr<float>();
  for (const double y : rows) {
    for (const double x : columns) {
      *place++ = static_cast<float>((static_cast<double>(middle) + x) / half - 1);
      *place++ = static_cast<float>((static_cast<double>(middle) + y) / half - 1);
    }
  }
  constexpr int kBilinear = 0, kZeros = 0;
  return at::grid_sampler(features, grid.to(features.device()), kBilinear, kZeros,
                          /*align_corners=*/true);
}

/// SiamMargin (VOT2019-RT): SiamRPN++'s boxes, and a template for classification that follows the
/// target: a moving average of kernels made from the features where it was found. A target that
/// moved fast or is small is searched for in a larger patch, one that is not found once more where
/// its motion leads.
/// Differs from the published tracker: a target that is lost, which there is no word for, teaches
/// nothing, has no motion and is searched for once a frame.
class SiamMargin final : public AnchorSystem {
 public:
  SiamMargin(AnchorSetup setup, nn::Weights weights, const MarginParameters& parameters)
      : AnchorSystem(std::move(setup), std::move(weights)), margin_(parameters) {}

  Template embed(const at::Tensor& patch) const override {
    Template exemplar = AnchorSystem::embed(patch);
    const at::Tensor first = exemplar[kClassification];
    exemplar.insert(exemplar.end(), {first, first});
    return exemplar;
  }

  SearchPlan plan(const TrackState& state, Size frame) const override {
    const RpnSystemParameters& p = parameters();
    const bool small = is_small(state.width * state.height, frame);
    const bool wide = p.small_instance_size > 0 && (small || state.fastest > margin_.fast);
    return plan_of(state, wide ? p.small_instance_size : p.instance_size);
  }

  std::optional<Look> next_look(int number, const TrackState& before, const TrackState& found,
                                const Evidence& evidence, Size frame) const override {
    const bool lost = before.status == TrackStatus::kLost;  // redetection chose where to look
    if (number > 1 || lost || evidence.score >= margin_.second_score) {
      return AnchorSystem::next_look(number, before, found, evidence, frame);
    }
    TrackState ahead = before;
    ahead.centre_x += margin_.second_step * before.move_x;
    ahead.centre_y += margin_.second_step * before.move_y;
    return Look{before, ahead, plan(ahead, frame), /*confirms=*/false};
  }

  /// Beside the maps each target's responses hold the search features, on the model's device.
  std::vector<std::vector<at::Tensor>> respond(
      const at::Tensor& patches, std::span<const Template* const> templates) const override {
    const nn::RpnNetwork& network = setup().network;
    const std::vector<at::Tensor> x =
        nn::level_features(network, weights(), features(patches), kMode);
    const nn::RpnOutput output =
        nn::predict_from_levels(network, weights(), batch_templates(templates), x, kMode);
    auto responses = to_responses({output.classification, output.regression});
    for (std::size_t b = 0; b < responses.size(); ++b) {
      responses[b].push_back(x.front().narrow(0, static_cast<std::int64_t>(b), 1));
    }
    return responses;
  }

  Template renew(const Template& exemplar, const std::vector<at::Tensor>& responses,
                 const Candidate& found, const SearchPlan& plan) const override {
    const at::Tensor around = sample(responses.back(), found, plan.scale, setup().anchors.stride);
    const at::Tensor now =
        nn::forward(setup().network.levels.front().classification.kernel, weights(), around, kMode);
    const double rate = margin_.update_rate * found.evidence.ranking;
    const double first = margin_.first_share;
    Template next = exemplar;
    next[kAverage] = (1 - rate) * exemplar[kAverage] + rate * now;
    next[kClassification] = first * exemplar[kFirst] + (1 - first) * next[kAverage];
    return next;
  }

 private:
  MarginParameters margin_;
};

AnchorSetup make_setup(const nlohmann::json& metadata, HyperParameters& values) {
  RpnSystemParameters defaults;
  defaults.decode = {.penalty_k = 0.04, .window_influence = 0.38, .learning_rate = 0.28};
  defaults.small_instance_size = 351;
  return read_setup(metadata, values, defaults, siammargin_network(metadata), Rounding::kHalfEven);
}

MarginParameters read_margin(HyperParameters& values) {
  constexpr double kLargest = 1000;  // network px
  MarginParameters p;
  p.update_rate = values.number("update_rate", p.update_rate, 0, 1);
  p.first_share = values.number("first_share", p.first_share, 0, 1);
  p.fast = values.number("fast", p.fast, 0, kLargest);
  p.second_score = values.number("second_score", p.second_score, 0, 1);
  p.second_step = values.number("second_step", p.second_step, 0, 2);
  return p;
}

}  // namespace

nn::RpnNetwork siammargin_network(const nlohmann::json& metadata) {
  constexpr int kWidth = 256;
  constexpr int kPerChannel = 2;  // kernels of classification
  nn::RpnNetwork network;
  network.backbone = nn::make_backbone(metadata.at("backbone").get<std::string>(), "backbone.");
  nn::RpnLevel level =
      nn::depthwise_head("rpn_head.", kWidth, anchor_count(read_anchors(metadata)));
  nn::RpnBranch& branch = level.classification;
  const int kernels = kPerChannel * kWidth;
  branch.kernel = {
      nn::Conv{.name = "rpn_head.cls.conv_kernel.0", .in = kWidth, .out = kernels, .kernel = 3}};
  branch.search = {
      nn::Conv{.name = "rpn_head.cls.conv_search.0", .in = kWidth, .out = kWidth, .kernel = 3}};
  std::get<nn::Conv>(branch.predict.front().kind).in = kernels;
  level.neck = nn::adjust_layer("neck.downsample", network.backbone.channels.back(), kWidth);
  network.levels = {std::move(level)};
  network.crop_template = true;
  return network;
}

std::unique_ptr<const System> make_siammargin(const nlohmann::json& metadata, nn::Weights weights,
                                              HyperParameters values) {
  AnchorSetup setup = make_setup(metadata, values);
  const MarginParameters margin = read_margin(values);
  values.reject_unknown();
  return std::make_unique<SiamMargin>(std::move(setup), std::move(weights), margin);
}

NetworkFigures siammargin_figures(const nlohmann::json& metadata, HyperParameters values) {
  return anchor_figures(make_setup(metadata, values));
}

}  // namespace siamtrack
