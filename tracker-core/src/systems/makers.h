// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "nn/weights.h"
#include "systems/hyper_parameters.h"
#include "systems/network_figures.h"
#include "systems/system.h"

/// One maker per published region proposal tracker, for make_system(), and what its network holds
/// and costs, for network_figures().
///
/// Each reads its network's shape from the metadata, checks every tensor's shape and takes the
/// published hyper-parameters where `values` has none.
/// Throws  Error(kModelInvalid) naming the key or value, expected and found
namespace siamtrack {

/// NanoTrack; metadata: "version" = "v1", "v2" or "v3"; "outline" = true for a v3 beside which a
/// second network outlines the target (nn/heads/outline.h). Further hyper-parameters of that one:
/// "outline_size" and "outline_context", side of its patch and of the target's context square in
/// it, px; "outline_threshold", (0, 1); "outline_share", [0, 1] (System::outline_share());
/// "outline", false to do without it.
std::unique_ptr<const System> make_nanotrack(const nlohmann::json& metadata, nn::Weights weights,
                                             HyperParameters values);
NetworkFigures nanotrack_figures(const nlohmann::json& metadata, HyperParameters values);

/// SiamRPN; metadata: "backbone" = "alexnet-rpn" or "alexnet-rpn-big".
std::unique_ptr<const System> make_siamrpn(const nlohmann::json& metadata, nn::Weights weights,
                                           HyperParameters values);
NetworkFigures siamrpn_figures(const nlohmann::json& metadata, HyperParameters values);

/// SiamRPN's network with distractor-aware ranking and local-to-global search.
std::unique_ptr<const System> make_dasiamrpn(const nlohmann::json& metadata, nn::Weights weights,
                                             HyperParameters values);

/// SiamRPN+; metadata: "backbone" = any of SiamDW's, "head" = "thinner" or "thicker".
std::unique_ptr<const System> make_siamrpn_plus(const nlohmann::json& metadata, nn::Weights weights,
                                                HyperParameters values);
NetworkFigures siamrpn_plus_figures(const nlohmann::json& metadata, HyperParameters values);

/// SiamRPN++; metadata: "backbone" = "resnet50", "mobilenetv2", "alexnet-rpn" or
/// "alexnet-rpn-layers", "neck" = widths per level, "fusion" = "weighted" or "mean".
std::unique_ptr<const System> make_siamrpn_plus_plus(const nlohmann::json& metadata,
                                                     nn::Weights weights, HyperParameters values);
NetworkFigures siamrpn_plus_plus_figures(const nlohmann::json& metadata, HyperParameters values);

/// SiamMask and SiamMask++; metadata: "backbone" = "resnet50-layer3" or, for the second,
/// "resnet50-all"; "refine" = false for the base model without the refinement of masks. Further
/// hyper-parameters in [0, 1]: "mask_threshold", and "edge_share" of SiamMask_E's turned box (0 =
/// the smallest one).
std::unique_ptr<const System> make_siammask(const nlohmann::json& metadata, nn::Weights weights,
                                            HyperParameters values);
NetworkFigures siammask_figures(const nlohmann::json& metadata, HyperParameters values);

/// SiamMargin; metadata: "backbone" = "resnet50-layer3-torchvision". Further hyper-parameters:
/// "update_rate", "first_share", "fast", "second_score" and "second_step" (siammargin.cpp).
std::unique_ptr<const System> make_siammargin(const nlohmann::json& metadata, nn::Weights weights,
                                              HyperParameters values);
NetworkFigures siammargin_figures(const nlohmann::json& metadata, HyperParameters values);

}  // namespace siamtrack
