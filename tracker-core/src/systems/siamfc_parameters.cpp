// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>

#include "systems/siamfc.h"

namespace siamtrack {

SiamFcParameters read_siamfc_parameters(HyperParameters values, bool plus, int instance_size) {
  SiamFcParameters p;
  if (plus) {  // SiamDW: 0-based centre 136, displacement at the middle scale, clipped state
    p.peak_origin = 136;
    p.follow_winner_scale = false;
    p.clip_to_frame = true;
    p.window_influence = 0.35;
    p.response_scale = 0.1;
  }
  p.instance_size = values.integer("instance_size", instance_size, 64, 1024);
  p.exemplar_size = values.integer(
      "exemplar_size", plus && p.instance_size != 255 ? p.instance_size - 128 : 127, 32, 512);
  p.scales = values.integer("scales", p.scales, 1, 9);
  p.scale_step = values.number("scale_step", p.scale_step, 1.0, 2.0);
  p.scale_penalty = values.number("scale_penalty", p.scale_penalty, 0.1, 1.0);
  p.scale_rate = values.number("scale_lr", p.scale_rate, 0, 1);
  p.window_influence = values.number("window_influence", p.window_influence, 0, 1);
  p.response_up = values.integer("response_up", p.response_up, 1, 32);
  p.response_scale = values.number("response_scale", p.response_scale, -1e6, 1e6);
  p.response_bias = values.number("response_bias", p.response_bias, -1e6, 1e6);
  p.peak_origin = values.number("peak_origin", p.peak_origin, 0, 1e4);
  p.follow_winner_scale = values.flag("follow_winner_scale", p.follow_winner_scale);
  p.clip_to_frame = values.flag("clip_to_frame", p.clip_to_frame);
  values.reject_unknown();
  return p;
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
