// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/anchor_system.h"

#include <ATen/ATen.h>

#include <algorithm>

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

/// A side of 0 px would make boxes and their changes of shape that are no numbers.
void check_shapes(const AnchorSettings& settings) {
  for (const AnchorShape& shape : anchor_shapes(settings)) {
    if (shape.width > 0 && shape.height > 0) continue;
    throw Error(ErrorCode::kModelInvalid, "metadata anchors: expected sides above 0 px, found " +
                                              std::to_string(shape.width) + " x " +
                                              std::to_string(shape.height));
  }
}

/// Side of each level's features behind its neck, cells.
std::vector<int> level_sides(const nn::RpnNetwork& network, int patch) {
  const std::vector<int> all = nn::output_sizes(network.backbone, patch);
  std::size_t output = all.size() - network.levels.size();
  std::vector<int> sides;
  for (const nn::RpnLevel& level : network.levels) {
    sides.push_back(nn::output_size(level.neck, all[output++]));
  }
  return sides;
}

}  // namespace

int response_side(const nn::RpnNetwork& network, int exemplar, int patch) {
  const std::vector<int> z = level_sides(network, exemplar);
  const std::vector<int> x = level_sides(network, patch);
  int smallest = patch;
  for (std::size_t i = 0; i < z.size(); ++i) {
    if (network.crop_template && z[i] < nn::kTemplateCells) return 0;
    const int cells = network.crop_template ? nn::kTemplateCells : z[i];
    const nn::RpnLevel& level = network.levels[i];
    for (const nn::RpnBranch* branch : {&level.classification, &level.regression}) {
      const int kernel = nn::output_size(branch->kernel, cells);
      if (kernel < 1) return 0;
      smallest = std::min(smallest, nn::output_size(branch->search, x[i]) - kernel + 1);
    }
  }
  return smallest;
}

AnchorSettings read_anchors(const nlohmann::json& metadata) {
  const nlohmann::json values = metadata.value("anchors", nlohmann::json::object());
  AnchorSettings settings;
  settings.ratios = read_numbers(values, "ratios", settings.ratios);
  settings.scales = read_numbers(values, "scales", settings.scales);
  constexpr std::size_t kMost = 64;  // per cell; far above any published network's
  const std::size_t ratios = settings.ratios.size(), scales = settings.scales.size();
  if (ratios == 0 || scales == 0 || ratios > kMost || scales > kMost || ratios * scales > kMost) {
    throw Error(ErrorCode::kModelInvalid,
                "metadata anchors: expected 1 to " + std::to_string(kMost) + ", found " +
                    std::to_string(ratios) + " ratios and " + std::to_string(scales) + " scales");
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
  setup.anchors.stride = nn::total_stride(network.backbone);  // CIResNet-43 has 4
  check_shapes(setup.anchors);
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
  const int exemplar = setup_.parameters.exemplar_size;
  check_patches(setup_.parameters,
                [&](int patch) { return response_side(setup_.network, exemplar, patch); });
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

Proposals AnchorSystem::proposals(const std::vector<at::Tensor>& responses,
                                  int /*patch_side*/) const {
  const at::Tensor& maps = responses.front();
  const int side = static_cast<int>(maps.size(2));
  const auto coordinates = static_cast<std::int64_t>(4 * shapes_.size());
  const std::int64_t classes = maps.size(1) - coordinates;
  const float* values = maps.data_ptr<float>();
  return decode_anchors(values, values + classes * side * side, side, shapes_,
                        setup_.anchors.stride, setup_.score_kind);
}

}  // namespace siamtrack
