// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <optional>

#include "siamtrack/box.h"
#include "siamtrack/result.h"

/// Turned boxes from the largest connected part of a mask; empty when that part covers at most
/// 100 px. Pure.
namespace siamtrack {

/// The smallest turned rectangle around it (SiamMask, Wang et al. 2019, sec. 3.2;
/// cv::minAreaRect).
std::optional<RotatedBox> smallest_box(const Mask& mask);

/// The rectangle along the axes of an ellipse through its contour, whose sides are moved inwards
/// until enough of each lies on the mask: thin parts, an arm or a tail, stay outside (SiamMask_E,
/// Chen and Tsotsos 2019; spec section 8.5).
///
/// @param edge_share  of a side's length that must be set; (0, 1]
/// @param frame       size of the frame the mask belongs to
std::optional<RotatedBox> ellipse_box(const Mask& mask, double edge_share, Size frame);

}  // namespace siamtrack
