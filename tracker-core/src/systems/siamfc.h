// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "decode/response.h"
#include "nn/blueprint.h"
#include "systems/hyper_parameters.h"
#include "systems/network_figures.h"
#include "systems/system.h"

namespace siamtrack {

/// Test-time hyper-parameters of SiamFC and SiamFC+ (spec sections 3.3 and 4.7).
struct SiamFcParameters {
  int exemplar_size = 127;        ///< px; SiamDW takes instance - 128 when instance is not 255
  int instance_size = 255;        ///< px
  int stride = 8;                 ///< network px per response cell; the backbone's
  int response_side = 17;         ///< cells; of these patches behind the backbone
  int scales = 3;                 ///< odd
  double scale_step = 1.0375;     ///< ratio of neighbouring scales
  double scale_penalty = 0.9745;  ///< factor on the responses of all but the middle scale
  double scale_rate = 0.59;       ///< share of the winning scale that is taken over per frame
  double window_influence = 0.176;
  int response_up = 16;          ///< enlargement of the response map
  double response_scale = 1e-3;  ///< gain of the correlation
  double response_bias = 0;
  double peak_origin = 135.5;       ///< px of the enlarged map that stand for "did not move"
  bool follow_winner_scale = true;  ///< multiply the displacement with the winning scale
  bool clip_to_frame = false;       ///< SiamDW clips the state to the frame
  double smallest_growth = 0.2;     ///< size limits relative to the initial target
  double largest_growth = 5.0;
};

/// Defaults of siamfc-pytorch (SiamFC) or of SiamDW's code (SiamFC+) under the keys of `values`,
/// and what follows from `backbone`.
/// @param metadata  says "architecture" = "siamfc" or "siamfc+", "exemplar_size", "instance_size"
/// Throws  Error(kModelInvalid), also for patches too small for the backbone
SiamFcParameters read_siamfc_parameters(const nlohmann::json& metadata, HyperParameters values,
                                        const nn::Backbone& backbone);

/// How a response becomes a confidence: metadata["confidence"] = {"measure": "peak" | "psr" |
/// "apce", "slope": s, "centre": c}; missing keys keep defaults.
/// Throws  Error(kModelInvalid)
Calibration read_calibration(const nlohmann::json& metadata);

/// Ratios of all scales to the middle one: step^(-(n-1)/2) ... step^((n-1)/2).
std::vector<double> scale_factors(const SiamFcParameters& parameters);

/// What a set of response maps says: which scale, and where (SiamFC sec. 3.4; spec section 3.4).
struct ScaleDecision {
  int scale = 0;              ///< index into scale_factors()
  double displacement_x = 0;  ///< frame px
  double displacement_y = 0;
  double growth = 1;  ///< damped factor on the target's size
};

/// Decides among the scales' maps. Pure.
/// @param maps    one per scale, small to large, same side
/// @param window  hann_window() of the enlarged side
/// @param side    frame px of the search region at the middle scale, whole pixels
ScaleDecision decide_scale(const std::vector<ResponseMap>& maps, const std::vector<float>& window,
                           double side, const SiamFcParameters& parameters);

/// SiamFC (Bertinetto et al. 2016) or, with a SiamDW backbone, SiamFC+ (Zhang & Peng 2019).
std::unique_ptr<const System> make_siamfc(const nlohmann::json& metadata, nn::Weights weights,
                                          HyperParameters values);

/// What its network holds and costs.
NetworkFigures siamfc_figures(const nlohmann::json& metadata, HyperParameters values);

}  // namespace siamtrack
