// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/heads/nanotrack.h"

#include <ATen/ATen.h>

#include "decode/anchors.h"
#include "nn/backbones/backbones.h"
#include "nn/check_weights.h"
#include "nn/rewrite.h"
#include "siamtrack/error.h"
#include "systems/makers.h"
#include "systems/outliner.h"
#include "systems/rpn_system.h"

namespace siamtrack {
namespace {

constexpr int kStride = 16;  // network px per response cell

struct Network {
  nn::Backbone backbone;
  nn::NanoTrackHead head;
  std::optional<Outliner> outliner;

  std::vector<nn::TensorSpec> specs() const {
    std::vector<nn::TensorSpec> all = nn::tensor_specs(backbone);
    const auto add = [&](const std::vector<const nn::Sequence*>& parts) {
      const std::vector<nn::TensorSpec> more = nn::tensor_specs(parts);
      all.insert(all.end(), more.begin(), more.end());
    };
    add(nn::parts(head));
    if (outliner) add(nn::parts(outliner->network()));
    return all;
  }
};

/// NanoTrack (HonglinChu/NanoTrack, after SiamBAN, Chen et al. 2020): a light network that predicts
/// one box per cell by the distances to its sides. There is no paper; spec section 11.1.
class NanoTrack final : public RpnSystem {
 public:
  /// @param trained_side  of the search patches the network was trained on, px
  NanoTrack(const RpnSystemParameters& parameters, const LogitLine& calibration, Network network,
            nn::Weights weights, int trained_side)
      : RpnSystem(parameters, calibration, Rounding::kPysot),
        backbone_(std::move(network.backbone)),
        head_(std::move(network.head)),
        outliner_(std::move(network.outliner)),
        weights_(std::move(weights)),
        first_cell_(grid_origin(response_side(trained_side), kStride) + trained_side / 2.0) {
    check_sides(parameters);
    backbone_ = nn::prepare_for_inference(backbone_, weights_);
    for (nn::Sequence* part : nn::parts(head_)) {
      *part = nn::prepare_for_inference(*part, weights_);
    }
    if (outliner_) outliner_->prepare(weights_);
  }

  Template embed(const at::Tensor& patch) const override {
    const at::Tensor z = features(patch);
    const nn::NanoTrackKernels kernels = nn::nanotrack_kernels(head_, weights_, z, kMode);
    Template result = {kernels.pixel_classification};
    if (!head_.shared_correlation) result.push_back(kernels.pixel_regression);
    if (head_.depthwise) {
      result.push_back(kernels.depth_classification);
      result.push_back(kernels.depth_regression);
    }
    if (outliner_) outliner_->extend(result, z, weights_);
    return result;
  }

  std::vector<std::vector<at::Tensor>> respond(
      const at::Tensor& patches, std::span<const Template* const> templates) const override {
    const std::vector<at::Tensor> batch = batch_templates(templates);
    nn::NanoTrackKernels kernels;
    kernels.pixel_classification = batch[0];
    if (!head_.shared_correlation) kernels.pixel_regression = batch[1];
    if (head_.depthwise) {
      kernels.depth_classification = batch[2];
      kernels.depth_regression = batch[3];
    }
    const nn::NanoTrackOutput output =
        nn::nanotrack_predict(head_, weights_, kernels, features(patches), kMode);
    return to_responses({output.classification, output.log_distances.exp()});
  }

  std::optional<SearchPlan> outline_plan(const TrackState& found) const override {
    if (!outliner_) return std::nullopt;
    return plan_of(found, outliner_->parameters().size, outliner_->parameters().context);
  }

  double outline_share() const override { return outliner_ ? outliner_->parameters().share : 0; }

  std::vector<Outlined> outline(const at::Tensor& patches,
                                std::span<const Template* const> templates,
                                std::span<const TrackState> found,
                                std::span<const SearchPlan> plans, Size frame) const override {
    if (!outliner_) return {};
    return outliner_->outline(weights_, patches, templates, found, plans, frame);
  }

 protected:
  Proposals proposals(const std::vector<at::Tensor>& responses, int patch_side) const override {
    constexpr std::int64_t kClassificationChannels = 2;
    const at::Tensor& maps = responses.front();
    const int side = static_cast<int>(maps.size(2));
    const float* values = maps.data_ptr<float>();
    return decode_distances(values, values + kClassificationChannels * side * side, side, kStride,
                            first_cell_ - patch_side / 2.0);
  }

 private:
  static constexpr nn::Mode kMode = nn::Mode::kInference;

  /// Whether the network can work on all patches that the parameters allow.
  void check_sides(const RpnSystemParameters& parameters) const {
    const int expected =
        nn::nanotrack_template_side(parameters.exemplar_size, ErrorCode::kModelInvalid);
    const int found = nn::output_size(backbone_, parameters.exemplar_size);
    if (found != expected) {
      throw Error(ErrorCode::kModelInvalid, "exemplar_size of nanotrack: expected a template of " +
                                                std::to_string(expected) + " cells, found " +
                                                std::to_string(found) + " for " +
                                                std::to_string(parameters.exemplar_size) + " px");
    }
    check_patches(parameters, [&](int patch) { return response_side(patch); });
  }

  /// Cells along one side of the head's maps for a patch of this side, px.
  int response_side(int patch_side) const {
    return nn::output_size(head_.classification.pixel_after,
                           nn::output_size(backbone_, patch_side));
  }

  at::Tensor features(const at::Tensor& patches) const {
    return nn::forward(backbone_, weights_, patches, kMode).front();
  }

  nn::Backbone backbone_;
  nn::NanoTrackHead head_;
  std::optional<Outliner> outliner_;
  nn::Weights weights_;
  double first_cell_;  ///< from the patch's edge, network px: the same in patches of any size
};

int read_version(const nlohmann::json& metadata) {
  return nn::nanotrack_version(metadata.value("version", std::string("v3")),
                               ErrorCode::kModelInvalid);
}

double read_width(const nlohmann::json& metadata) {
  const nlohmann::json width = metadata.value("width", nlohmann::json(1.0));
  if (width.is_number()) return nn::nanotrack_width(width, ErrorCode::kModelInvalid);
  throw Error(ErrorCode::kModelInvalid,
              "width of nanotrack: expected a number from 0.25 to 4, found " + width.dump());
}

/// Side of the search patches that the network was trained on, px.
int read_trained_side(const nlohmann::json& metadata) {
  HyperParameters file(metadata, "nanotrack");
  return file.integer("instance_size", /*fallback=*/255, 64, 1024);
}

/// Published hyper-parameters of each version (HonglinChu/NanoTrack config.py).
RpnSystemParameters published(int version) {
  RpnSystemParameters parameters;
  if (version == 1) parameters.decode = {0.148, 0.462, 0.390};
  if (version == 2) parameters.decode = {0.150, 0.490, 0.385};
  if (version == 3) parameters.decode = {0.138, 0.455, 0.348};
  return parameters;
}

Network make_network(const nlohmann::json& metadata, const RpnSystemParameters& parameters,
                     HyperParameters& values) {
  const nn::NanoTrackShape shape{.version = read_version(metadata),
                                 .width = read_width(metadata),
                                 .template_side = nn::nanotrack_template_side(
                                     parameters.exemplar_size, ErrorCode::kModelInvalid)};
  return {nn::mobilenet_v3_nanotrack(shape.version, "backbone.", shape.width),
          nn::nanotrack_head_blueprint(shape), make_outliner(metadata, shape, values)};
}

}  // namespace

std::unique_ptr<const System> make_nanotrack(const nlohmann::json& metadata, nn::Weights weights,
                                             HyperParameters values) {
  const RpnSystemParameters parameters =
      read_rpn_parameters(values, published(read_version(metadata)));
  Network network = make_network(metadata, parameters, values);
  values.reject_unknown();
  if (metadata.value("outline", false) && !network.outliner) {
    std::erase_if(weights, [](const auto& entry) { return entry.first.starts_with("outline."); });
  }
  nn::check_weights(weights, network.specs(), /*unused_prefix=*/"neck.");
  return std::make_unique<NanoTrack>(parameters, read_score_calibration(metadata),
                                     std::move(network), std::move(weights),
                                     read_trained_side(metadata));
}

NetworkFigures nanotrack_figures(const nlohmann::json& metadata, HyperParameters values) {
  const RpnSystemParameters parameters =
      read_rpn_parameters(values, published(read_version(metadata)));
  const Network network = make_network(metadata, parameters, values);
  const auto& [backbone, head, outliner] = network;
  NetworkFigures figures{network.specs(), parameters.exemplar_size, parameters.instance_size};
  figures.macs = nn::macs(backbone, figures.instance_size) +
                 nn::predict_macs(head, backbone.channels.back(),
                                  nn::output_size(backbone, figures.exemplar_size),
                                  nn::output_size(backbone, figures.instance_size));
  if (outliner) figures.macs += nn::outline_macs(outliner->network(), outliner->parameters().size);
  return figures;
}

}  // namespace siamtrack
