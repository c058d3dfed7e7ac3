// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>

/// Where SiamMargin looks for the target's new template in the features of a search patch (spec
/// section 10.3). Pure.
namespace siamtrack {

inline constexpr int kTemplatePoints = 7;  // per axis

/// Places along one axis, in feature cells from the patch's middle: the central six sixteenths of
/// the box with context 0.3.
/// @param side    of the box along this axis, network px
/// @param other   of the box along the other axis, network px
/// @param offset  of the box's centre from the patch's middle, network px
/// @param stride  network px per feature cell
std::array<double, kTemplatePoints> template_points(double side, double other, double offset,
                                                    double stride);

}  // namespace siamtrack
