// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "nn/heads/mask.h"
#include "nn/heads/rpn.h"

/// The networks of the anchor-based trackers as their papers describe them, for tracking, training
/// and inspection. Keys are those of the published checkpoints.
namespace siamtrack {

/// SiamRPN (Li et al. 2018) and DaSiamRPN: AlexNet without padding, and a head whose kernels are
/// made from the template by one 3x3 convolution each (sec. 3.2, "up-channel"). Keys as DaSiamRPN.
nn::RpnNetwork siamrpn_network(const nlohmann::json& metadata);

/// SiamRPN+ (SiamDW, Zhang & Peng 2019, sec. 4.3): SiamRPN's head on a deeper or wider backbone
/// whose units crop away what padding made. Keys as researchmm/SiamDW.
nn::RpnNetwork siamrpn_plus_network(const nlohmann::json& metadata);

/// SiamRPN++ (Li et al. 2019): a padded, deep backbone, depthwise correlation (sec. 3.4), levels
/// fused by learned shares or by their mean (sec. 3.3). Keys as pysot's model zoo.
nn::RpnNetwork siamrpn_plus_plus_network(const nlohmann::json& metadata);

/// SiamRPN++ on three levels of a padded backbone, which may give finer features besides.
nn::RpnNetwork siamrpn_plus_plus_levels(const nlohmann::json& metadata);

/// SiamMask (Wang et al. 2019) without its mask branch: SiamRPN++'s head on one level of a
/// ResNet-50 that ends with layer 3. Keys as pysot's siammask_r50_l3. SiamMask++: SiamRPN++'s head
/// on three levels of the whole ResNet-50.
nn::RpnNetwork siammask_network(const nlohmann::json& metadata);

/// The mask branches of both; metadata "refine": false for the base models.
nn::MaskHead siammask_head(const nlohmann::json& metadata);

/// SiamMargin (VOT2019-RT): SiamRPN++'s head on one level of another ResNet-50; classification
/// correlates two linear kernels per channel, so that kernels of several frames can be averaged.
/// Keys as pysot's siammask_r50_l3.
nn::RpnNetwork siammargin_network(const nlohmann::json& metadata);

/// The network of metadata["architecture"].
/// Throws  Error(kModelInvalid) for another architecture
nn::RpnNetwork make_rpn_network(const nlohmann::json& metadata);

/// Cells along the response map of two patches of these sides, px: the smallest of all levels and
/// branches. Less than 1 when a patch is too small.
int response_side(const nn::RpnNetwork& network, int exemplar, int patch);

}  // namespace siamtrack
