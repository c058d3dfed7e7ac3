// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/heads/nanotrack.h"

#include <ATen/ATen.h>

#include "nn/backbones/backbones.h"
#include "nn/check_weights.h"
#include "nn/rewrite.h"
#include "siamtrack/error.h"
#include "systems/makers.h"
#include "systems/rpn_system.h"

namespace siamtrack {
namespace {

constexpr int kStride = 16;  // network px per response cell

/// NanoTrack (HonglinChu/NanoTrack, after SiamBAN, Chen et al. 2020): a light network that predicts
/// one box per cell by the distances to its sides. There is no paper; spec section 11.1.
class NanoTrack final : public RpnSystem {
 public:
  NanoTrack(const RpnSystemParameters& parameters, const LogitLine& calibration,
            nn::Backbone backbone, nn::NanoTrackHead head, nn::Weights weights)
      : RpnSystem(parameters, calibration, Rounding::kPysot),
        backbone_(std::move(backbone)),
        head_(std::move(head)),
        weights_(std::move(weights)) {
    backbone_ = nn::prepare_for_inference(backbone_, weights_);
    for (nn::Sequence* part : nn::parts(head_)) {
      *part = nn::prepare_for_inference(*part, weights_);
    }
  }

  Template embed(const at::Tensor& patch) const override {
    const nn::NanoTrackKernels kernels =
        nn::nanotrack_kernels(head_, weights_, features(patch), nn::Mode::kInference);
    Template result = {kernels.pixel_classification};
    if (!head_.shared_correlation) result.push_back(kernels.pixel_regression);
    if (head_.depthwise) {
      result.push_back(kernels.depth_classification);
      result.push_back(kernels.depth_regression);
    }
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
        nn::nanotrack_predict(head_, weights_, kernels, features(patches), nn::Mode::kInference);
    return to_responses({output.classification, output.log_distances.exp()});
  }

 protected:
  Proposals proposals(const std::vector<at::Tensor>& responses) const override {
    constexpr std::int64_t kClassificationChannels = 2;
    const at::Tensor& maps = responses.front();
    const int side = static_cast<int>(maps.size(2));
    const float* values = maps.data_ptr<float>();
    return decode_distances(values, values + kClassificationChannels * side * side, side, kStride);
  }

 private:
  at::Tensor features(const at::Tensor& patches) const {
    return nn::forward(backbone_, weights_, patches, nn::Mode::kInference).front();
  }

  nn::Backbone backbone_;
  nn::NanoTrackHead head_;
  nn::Weights weights_;
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

/// Published hyper-parameters of each version (HonglinChu/NanoTrack config.py).
RpnSystemParameters published(int version) {
  RpnSystemParameters parameters;
  if (version == 1) parameters.decode = {0.148, 0.462, 0.390};
  if (version == 2) parameters.decode = {0.150, 0.490, 0.385};
  if (version == 3) parameters.decode = {0.138, 0.455, 0.348};
  return parameters;
}

std::vector<nn::TensorSpec> specs(const nn::Backbone& backbone, const nn::NanoTrackHead& head) {
  std::vector<nn::TensorSpec> all = nn::tensor_specs(backbone);
  for (const nn::Sequence* part : nn::parts(head)) {
    const std::vector<nn::TensorSpec> more = nn::tensor_specs(*part);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

struct Network {
  nn::Backbone backbone;
  nn::NanoTrackHead head;
};

Network make_network(const nlohmann::json& metadata, const RpnSystemParameters& parameters) {
  const nn::NanoTrackShape shape{.version = read_version(metadata),
                                 .width = read_width(metadata),
                                 .template_side = nn::nanotrack_template_side(
                                     parameters.exemplar_size, ErrorCode::kModelInvalid)};
  return {nn::mobilenet_v3_nanotrack(shape.version, "backbone.", shape.width),
          nn::nanotrack_head_blueprint(shape)};
}

}  // namespace

std::unique_ptr<const System> make_nanotrack(const nlohmann::json& metadata, nn::Weights weights,
                                             HyperParameters values) {
  const RpnSystemParameters parameters =
      read_rpn_parameters(values, published(read_version(metadata)));
  values.reject_unknown();
  Network network = make_network(metadata, parameters);
  nn::check_weights(weights, specs(network.backbone, network.head), /*unused_prefix=*/"neck.");
  return std::make_unique<NanoTrack>(parameters, read_score_calibration(metadata),
                                     std::move(network.backbone), std::move(network.head),
                                     std::move(weights));
}

NetworkFigures nanotrack_figures(const nlohmann::json& metadata, HyperParameters values) {
  const RpnSystemParameters parameters =
      read_rpn_parameters(values, published(read_version(metadata)));
  const auto [backbone, head] = make_network(metadata, parameters);
  NetworkFigures figures{specs(backbone, head), parameters.exemplar_size, parameters.instance_size};
  figures.macs = nn::macs(backbone, figures.instance_size) +
                 nn::predict_macs(head, backbone.channels.back(),
                                  nn::output_size(backbone, figures.exemplar_size),
                                  nn::output_size(backbone, figures.instance_size));
  return figures;
}

}  // namespace siamtrack
