// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/anchor_system.h"

#include <ATen/ATen.h>

#include "nn/check_weights.h"
#include "siamtrack/error.h"
#include "systems/rpn_networks.h"

namespace siamtrack {
namespace {

std::vector<double> read_numbers(const nlohmann::json& values, const char* key,
                                 const std::vector<double>& fallback) {
  if (!values.contains(key)) return fallback;
  constexpr double kLargest = 100;
  std::vector<double> numbers;
  for (const nlohmann::json& value : values.at(key)) {
    const double number = value.is_number() ? value.get<double>() : 0;
    if (number <= 0 || number > kLargest) {
      throw Error(ErrorCode::kModelInvalid, std::string("metadata anchors.") + key +
                                                ": expected numbers up to 100, found " +
                                                value.dump());
    }
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

AnchorSettings read_anchors(const nlohmann::json& metadata) {
  const nlohmann::json values = metadata.value("anchors", nlohmann::json::object());
  AnchorSettings settings;
  settings.ratios = read_numbers(values, "ratios", settings.ratios);
  settings.scales = read_numbers(values, "scales", settings.scales);
  if (anchor_count(settings) == 0) {
    throw Error(ErrorCode::kModelInvalid, "metadata anchors: expected at least one, found none");
  }
  return settings;
}

int anchor_count(const AnchorSettings& settings) {
  return static_cast<int>(settings.ratios.size() * settings.scales.size());
}

nn::RpnNetwork make_rpn_network(const nlohmann::json& metadata) {
  const std::string name = metadata.value("architecture", std::string());
  if (name == "siamrpn" || name == "dasiamrpn") return siamrpn_network(metadata);
  if (name == "siamrpn+") return siamrpn_plus_network(metadata);
  if (name == "siamrpn++") return siamrpn_plus_plus_network(metadata);
  if (name == "siammask" || name == "siammask++") return siammask_network(metadata);
  if (name == "siammargin") return siammargin_network(metadata);
  throw Error(ErrorCode::kModelInvalid,
              "network: expected siamrpn, dasiamrpn, siamrpn+, siamrpn++, siammask, siammask++ or "
              "siammargin, found " +
                  name);
}

AnchorSetup read_setup(const nlohmann::json& metadata, HyperParameters& values,
                       const RpnSystemParameters& defaults, nn::RpnNetwork network,
                       Rounding rounding) {
  AnchorSetup setup;
  setup.rounding = rounding;
  setup.anchors = read_anchors(metadata);
  setup.calibration = read_score_calibration(metadata);
  setup.network = std::move(network);
  setup.parameters = read_rpn_parameters(values, defaults);
  return setup;
}

NetworkFigures anchor_figures(const AnchorSetup& setup) {
  const int exemplar = setup.parameters.exemplar_size;
  const int instance = setup.parameters.instance_size;
  return {nn::tensor_specs(setup.network), exemplar, instance,
          nn::predict_macs(setup.network, exemplar, instance)};
}

AnchorSystem::AnchorSystem(AnchorSetup setup, nn::Weights weights)
    : RpnSystem(setup.parameters, setup.calibration, setup.rounding),
      setup_(std::move(setup)),
      shapes_(anchor_shapes(setup_.anchors)),
      weights_(std::move(weights)) {
  nn::check_weights(weights_, nn::tensor_specs(setup_.network));
  setup_.network = nn::prepare_for_inference(setup_.network, weights_);
}

Template AnchorSystem::embed(const at::Tensor& patch) const {
  return nn::rpn_kernels(setup_.network, weights_, features(patch), nn::Mode::kInference);
}

std::vector<at::Tensor> AnchorSystem::features(const at::Tensor& patches) const {
  return nn::forward(setup_.network.backbone, weights_, patches, nn::Mode::kInference);
}

std::vector<std::vector<at::Tensor>> AnchorSystem::respond(
    const at::Tensor& patches, std::span<const Template* const> templates) const {
  const nn::RpnOutput output = nn::rpn_predict(setup_.network, weights_, batch_templates(templates),
                                               features(patches), nn::Mode::kInference);
  return to_responses({output.classification, output.regression});
}

Proposals AnchorSystem::proposals(const std::vector<at::Tensor>& responses) const {
  const at::Tensor& maps = responses.front();
  const int side = static_cast<int>(maps.size(2));
  const auto coordinates = static_cast<std::int64_t>(4 * shapes_.size());
  const std::int64_t classes = maps.size(1) - coordinates;
  const float* values = maps.data_ptr<float>();
  return decode_anchors(values, values + classes * side * side, side, shapes_,
                        setup_.anchors.stride, setup_.score_kind);
}

}  // namespace siamtrack
