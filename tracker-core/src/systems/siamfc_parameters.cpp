// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>

#include "nn/analysis.h"
#include "systems/siamfc.h"

namespace siamtrack {
namespace {

/// Sides of both patches, and of the response that they give on `backbone`. The metadata's are
/// those of the published configuration; SiamDW cuts another exemplar for another instance size.
void read_sides(SiamFcParameters& p, const nlohmann::json& metadata, HyperParameters& values,
                const nn::Backbone& backbone, bool plus) {
  const auto instance = [](HyperParameters& from, int fallback) {
    return from.integer("instance_size", fallback, 64, 1024);
  };
  const auto exemplar = [](HyperParameters& from, int fallback) {
    return from.integer("exemplar_size", fallback, 32, 512);
  };
  HyperParameters file(metadata, "siamfc");
  const int published = instance(file, p.instance_size);
  p.instance_size = instance(values, published);
  if (plus && p.instance_size != 255) p.exemplar_size = p.instance_size - 128;
  if (!plus || p.instance_size == published) p.exemplar_size = exemplar(file, p.exemplar_size);
  p.exemplar_size = exemplar(values, p.exemplar_size);
  const int cells = nn::output_size(backbone, p.exemplar_size);
  p.response_side = nn::output_size(backbone, p.instance_size) - cells + 1;
  require_response(std::min(cells, p.response_side), p.exemplar_size, p.instance_size);
}

}  // namespace

SiamFcParameters read_siamfc_parameters(const nlohmann::json& metadata, HyperParameters values,
                                        const nn::Backbone& backbone) {
  SiamFcParameters p;
  const bool plus = metadata.at("architecture") == "siamfc+";
  read_sides(p, metadata, values, backbone, plus);
  p.stride = nn::total_stride(backbone);
  if (plus) {  // SiamDW: displacement at the middle scale, clipped state
    p.follow_winner_scale = false;
    p.clip_to_frame = true;
    p.window_influence = 0.35;
    p.response_scale = 0.1;
  }
  p.scales = values.integer("scales", p.scales, 1, 9);
  p.scale_step = values.number("scale_step", p.scale_step, 1.0, 2.0);
  p.scale_penalty = values.number("scale_penalty", p.scale_penalty, 0.1, 1.0);
  p.scale_rate = values.number("scale_lr", p.scale_rate, 0, 1);
  p.window_influence = values.number("window_influence", p.window_influence, 0, 1);
  p.response_up = values.integer("response_up", p.response_up, 1, 32);
  p.response_scale = values.number("response_scale", p.response_scale, -1e6, 1e6);
  p.response_bias = values.number("response_bias", p.response_bias, -1e6, 1e6);
  const int side = p.response_side * p.response_up;
  const double middle = plus ? side / 2.0 : (side - 1) / 2.0;  // SiamDW's: half a pixel further
  p.peak_origin = values.number("peak_origin", middle, 0, 1e5);
  p.follow_winner_scale = values.flag("follow_winner_scale", p.follow_winner_scale);
  p.clip_to_frame = values.flag("clip_to_frame", p.clip_to_frame);
  values.reject_unknown();
  return p;
}

Calibration read_calibration(const nlohmann::json& metadata) {
  HyperParameters values(metadata.value("confidence", nlohmann::json::object()), "confidence");
  constexpr double kLargest = 1e6;  // peaks have the range of the network's features
  Calibration calibration;
  const std::string measure = values.choice("measure", "psr", {"peak", "psr", "apce"});
  if (measure == "peak") calibration.measure = Sureness::kPeak;
  if (measure == "apce") calibration.measure = Sureness::kApce;
  calibration.slope = values.number("slope", calibration.slope, 0, kLargest);
  calibration.centre = values.number("centre", calibration.centre, -kLargest, kLargest);
  values.reject_unknown();
  return calibration;
}

std::vector<double> scale_factors(const SiamFcParameters& parameters) {
  std::vector<double> factors;
  const int half = parameters.scales / 2;
  for (int i = -half; i < parameters.scales - half; ++i) {
    factors.push_back(std::pow(parameters.scale_step, i));
  }
  return factors;
}

}  // namespace siamtrack
