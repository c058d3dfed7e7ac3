// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>

#include "decode/mask.h"
#include "decode/mask_box.h"
#include "nn/backbones/backbones.h"
#include "nn/check_weights.h"
#include "nn/heads/mask.h"
#include "siamtrack/error.h"
#include "systems/anchor_system.h"
#include "systems/makers.h"
#include "systems/rpn_networks.h"

namespace siamtrack {
namespace {

constexpr nn::Mode kMode = nn::Mode::kInference;
constexpr std::size_t kBoxKernels = 2;  // of each level in a template, before the mask branches'
constexpr std::size_t kFine = 3;        // backbone outputs that the refinement looks at

/// What a mask is made into.
struct MaskDecode {
  double threshold = 0.15;  ///< probability above which a pixel is the target's
  double edge_share = 0;    ///< of ellipse_box(); 0: smallest_box()
};

/// SiamMask (Wang et al. 2019): SiamRPN++'s head on one level, and a mask of the object at the best
/// place, refined with the backbone's finer features (appendix A). SiamMask++ has both on three
/// levels. The search goes on from the box of the region proposals; the mask is what is told about
/// the target.
class SiamMask final : public AnchorSystem {
 public:
  SiamMask(AnchorSetup setup, nn::Weights weights, const nn::MaskHead& head,
           nn::Weights mask_weights, const MaskDecode& decode)
      : AnchorSystem(std::move(setup), std::move(weights)),
        mask_weights_(std::move(mask_weights)),
        head_(nn::prepare_for_inference(head, mask_weights_)),
        decode_(decode) {}

  Template embed(const at::Tensor& patch) const override {
    const nn::RpnNetwork& network = setup().network;
    const std::vector<at::Tensor> z =
        nn::template_features(network, weights(), features(patch), kMode);
    Template kernels = nn::kernels_from_levels(network, weights(), z, kMode);
    const std::vector<at::Tensor> more = nn::mask_kernels(head_, mask_weights_, z, kMode);
    kernels.insert(kernels.end(), more.begin(), more.end());
    return kernels;
  }

  /// Beside the maps each target's responses hold what its mask is made from, on the model's
  /// device: the backbone's finer features and the correlations'.
  std::vector<std::vector<at::Tensor>> respond(
      const at::Tensor& patches, std::span<const Template* const> templates) const override {
    const nn::RpnNetwork& network = setup().network;
    const std::vector<at::Tensor> kernels = batch_templates(templates);
    std::vector<at::Tensor> found = features(patches);
    const std::vector<at::Tensor> x = nn::level_features(network, weights(), found, kMode);
    const nn::RpnOutput output = nn::predict_from_levels(network, weights(), kernels, x, kMode);
    auto responses = to_responses({output.classification, output.regression});
    const auto own = std::span(kernels).subspan(kBoxKernels * network.levels.size());
    const auto correlations = nn::mask_features(head_, mask_weights_, own, x, kMode);
    found.resize(kFine);
    found.insert(found.end(), correlations.begin(), correlations.end());
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
    const auto correlations = responses.begin() + 1 + kFine;
    const nn::MaskInput input{{correlations, responses.end()},
                              {responses.begin() + 1, correlations}};
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
    candidate.mask = paste_mask(numbers, mask_side, place, frame, decode_.threshold);
    if (!candidate.mask) return;
    candidate.rotated = decode_.edge_share > 0
                            ? ellipse_box(*candidate.mask, decode_.edge_share, frame)
                            : smallest_box(*candidate.mask);
  }

 private:
  nn::Weights mask_weights_;
  nn::MaskHead head_;
  MaskDecode decode_;
};

bool is_plus_plus(const nlohmann::json& metadata) {
  return metadata.value("architecture", std::string()) == "siammask++";
}

/// The refinement and the levels are made for one network's features.
void require_backbone(const nlohmann::json& metadata, const std::string& expected) {
  const auto found = metadata.at("backbone").get<std::string>();
  if (found == expected) return;
  throw Error(ErrorCode::kModelInvalid, "metadata backbone of " +
                                            metadata.value("architecture", std::string()) +
                                            ": expected " + expected + ", found " + found);
}

AnchorSetup make_setup(const nlohmann::json& metadata, HyperParameters& values) {
  RpnSystemParameters defaults;
  if (is_plus_plus(metadata)) {  // not published; SiamMask's of VOT2016
    defaults.decode = {.penalty_k = 0.04, .window_influence = 0.42, .learning_rate = 0.25};
  } else {  // SiamMask experiments/siammask_sharp/config_vot18.json
    defaults.decode = {.penalty_k = 0.10, .window_influence = 0.41, .learning_rate = 0.32};
  }
  return read_setup(metadata, values, defaults, siammask_network(metadata), Rounding::kHalfEven);
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
  require_backbone(metadata, is_plus_plus(metadata) ? "resnet50-all" : "resnet50-layer3");
  if (is_plus_plus(metadata)) return siamrpn_plus_plus_levels(metadata);
  nn::RpnNetwork network;
  network.backbone = nn::make_backbone(metadata.at("backbone").get<std::string>(), "backbone.");
  nn::RpnLevel level =
      nn::depthwise_head("rpn_head.", kWidth, anchor_count(read_anchors(metadata)));
  level.neck = nn::adjust_layer("neck.downsample", network.backbone.channels.back(), kWidth);
  network.levels = {std::move(level)};
  network.crop_template = true;
  return network;
}

nn::MaskHead siammask_head(const nlohmann::json& metadata) {
  const bool refine = metadata.value("refine", true);
  return is_plus_plus(metadata) ? nn::mask_plus_plus_blueprint(refine)
                                : nn::mask_head_blueprint(refine);
}

std::unique_ptr<const System> make_siammask(const nlohmann::json& metadata, nn::Weights weights,
                                            HyperParameters values) {
  const double published = is_plus_plus(metadata) ? 0.30 : 0.15;  // "seg_thr" of these configs
  AnchorSetup setup = make_setup(metadata, values);
  const MaskDecode decode{.threshold = values.number("mask_threshold", published, 0, 1),
                          .edge_share = values.number("edge_share", 0, 0, 1)};
  values.reject_unknown();
  const nn::MaskHead head = siammask_head(metadata);
  nn::Weights mask_weights = take_mask_weights(weights);
  nn::check_weights(mask_weights, nn::tensor_specs(head));
  return std::make_unique<SiamMask>(std::move(setup), std::move(weights), head,
                                    std::move(mask_weights), decode);
}

NetworkFigures siammask_figures(const nlohmann::json& metadata, HyperParameters values) {
  const AnchorSetup setup = make_setup(metadata, values);
  const nn::MaskHead head = siammask_head(metadata);
  NetworkFigures figures = anchor_figures(setup);
  const std::vector<nn::TensorSpec> more = nn::tensor_specs(head);
  figures.tensors.insert(figures.tensors.end(), more.begin(), more.end());
  figures.macs +=
      nn::mask_macs(head, nn::output_size(setup.network.backbone, figures.instance_size));
  return figures;
}

}  // namespace siamtrack
