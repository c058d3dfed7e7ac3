// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>

#include "decode/mask.h"
#include "nn/backbones/backbones.h"
#include "nn/check_weights.h"
#include "nn/heads/mask.h"
#include "systems/anchor_system.h"
#include "systems/makers.h"
#include "systems/rpn_networks.h"

namespace siamtrack {
namespace {

constexpr nn::Mode kMode = nn::Mode::kInference;
constexpr std::size_t kMaskKernel = 2;  // place in a template, behind the box branches' two

/// SiamMask (Wang et al. 2019): SiamRPN++'s head on one level, and a mask of the object at the best
/// place, refined with the backbone's finer features (appendix A). The search goes on from the box
/// of the region proposals; the mask is what is told about the target.
class SiamMask final : public AnchorSystem {
 public:
  SiamMask(AnchorSetup setup, nn::Weights weights, const nn::MaskHead& head,
           nn::Weights mask_weights, double threshold)
      : AnchorSystem(std::move(setup), std::move(weights)),
        mask_weights_(std::move(mask_weights)),
        head_(nn::prepare_for_inference(head, mask_weights_)),
        threshold_(threshold) {}

  Template embed(const at::Tensor& patch) const override {
    const nn::RpnNetwork& network = setup().network;
    const std::vector<at::Tensor> z =
        nn::template_features(network, weights(), features(patch), kMode);
    Template kernels = nn::kernels_from_levels(network, weights(), z, kMode);
    kernels.push_back(nn::forward(head_.branch.kernel, mask_weights_, z.front(), kMode));
    return kernels;
  }

  /// Beside the maps each target's responses hold what its mask is made from, on the model's
  /// device: the correlation's features and the backbone's.
  std::vector<std::vector<at::Tensor>> respond(
      const at::Tensor& patches, std::span<const Template* const> templates) const override {
    const nn::RpnNetwork& network = setup().network;
    const std::vector<at::Tensor> kernels = batch_templates(templates);
    std::vector<at::Tensor> found = features(patches);
    const std::vector<at::Tensor> x = nn::level_features(network, weights(), found, kMode);
    const nn::RpnOutput output = nn::predict_from_levels(network, weights(), kernels, x, kMode);
    auto responses = to_responses({output.classification, output.regression});
    found.back() = nn::mask_features(head_, mask_weights_, kernels[kMaskKernel], x.front(), kMode);
    for (std::size_t b = 0; b < responses.size(); ++b) {
      for (const at::Tensor& feature : found) {
        responses[b].push_back(feature.narrow(0, static_cast<std::int64_t>(b), 1));
      }
    }
    return responses;
  }

 protected:
  void describe(Candidate& candidate, const std::vector<at::Tensor>& responses,
                const Choice& choice, const TrackState& state, const SearchPlan& plan,
                Size frame) const override {
    const auto side = static_cast<int>(responses.front().size(2));
    const auto index = static_cast<int>(choice.index) % (side * side);
    const nn::Cell cell{.row = index / side, .column = index % side};
    const nn::MaskInput input{responses.back(), {responses.begin() + 1, responses.end() - 1}};
    const at::Tensor values = nn::mask_logits(head_, mask_weights_, input, {&cell, 1}, kMode)[0]
                                  .sigmoid()
                                  .to(at::kCPU)
                                  .contiguous();
    const auto mask_side = static_cast<int>(values.size(0));
    const MaskPlace place = mask_place({.centre_x = state.centre_x,
                                        .centre_y = state.centre_y,
                                        .window = static_cast<double>(plan.windows.front().size),
                                        .patch = plan.patch_side,
                                        .exemplar = exemplar_size(),
                                        .column = cell.column,
                                        .row = cell.row},
                                       mask_side, frame);
    const std::span<const float> numbers(values.data_ptr<float>(),
                                         static_cast<std::size_t>(values.numel()));
    candidate.mask = paste_mask(numbers, mask_side, place, frame, threshold_);
    if (candidate.mask) candidate.rotated = rotated_box(*candidate.mask);
  }

 private:
  nn::Weights mask_weights_;
  nn::MaskHead head_;
  double threshold_;
};

AnchorSetup make_setup(const nlohmann::json& metadata, HyperParameters& values) {
  RpnSystemParameters defaults;  // SiamMask experiments/siammask_sharp/config_vot18.json
  defaults.decode = {.penalty_k = 0.10, .window_influence = 0.41, .learning_rate = 0.32};
  return read_setup(metadata, values, defaults, siammask_network(metadata), Rounding::kHalfEven);
}

nn::MaskHead make_mask_head(const nlohmann::json& metadata) {
  return nn::mask_head_blueprint(metadata.value("refine", true));
}

/// Moves the tensors of the mask branch out of `weights`.
nn::Weights take_mask_weights(nn::Weights& weights) {
  nn::Weights taken;
  for (auto entry = weights.begin(); entry != weights.end();) {
    const bool ours = entry->first.starts_with("mask_head.") || entry->first.starts_with("refine_");
    if (ours) taken.insert(*entry);
    entry = ours ? weights.erase(entry) : std::next(entry);
  }
  return taken;
}

}  // namespace

nn::RpnNetwork siammask_network(const nlohmann::json& metadata) {
  constexpr int kWidth = 256;
  nn::RpnNetwork network;
  network.backbone = nn::make_backbone(metadata.at("backbone").get<std::string>(), "backbone.");
  nn::RpnLevel level =
      nn::depthwise_head("rpn_head.", kWidth, anchor_count(read_anchors(metadata)));
  level.neck = nn::adjust_layer("neck.downsample", network.backbone.channels.back(), kWidth);
  network.levels = {std::move(level)};
  network.crop_template = true;
  return network;
}

std::unique_ptr<const System> make_siammask(const nlohmann::json& metadata, nn::Weights weights,
                                            HyperParameters values) {
  constexpr double kThreshold = 0.15;  // config_vot18.json "seg_thr"
  AnchorSetup setup = make_setup(metadata, values);
  const double threshold = values.number("mask_threshold", kThreshold, 0, 1);
  values.reject_unknown();
  const nn::MaskHead head = make_mask_head(metadata);
  nn::Weights mask_weights = take_mask_weights(weights);
  nn::check_weights(mask_weights, nn::tensor_specs(head));
  return std::make_unique<SiamMask>(std::move(setup), std::move(weights), head,
                                    std::move(mask_weights), threshold);
}

NetworkFigures siammask_figures(const nlohmann::json& metadata, HyperParameters values) {
  const AnchorSetup setup = make_setup(metadata, values);
  const nn::MaskHead head = make_mask_head(metadata);
  NetworkFigures figures = anchor_figures(setup);
  const std::vector<nn::TensorSpec> more = nn::tensor_specs(head);
  figures.tensors.insert(figures.tensors.end(), more.begin(), more.end());
  figures.macs +=
      nn::mask_macs(head, nn::output_size(setup.network.backbone, figures.instance_size));
  return figures;
}

}  // namespace siamtrack
