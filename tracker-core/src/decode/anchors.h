// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

namespace siamtrack {

/// Shape of one anchor box, network px.
struct AnchorShape {
  double width = 0;
  double height = 0;
};

/// Which anchors a region proposal network predicts boxes from (SiamRPN sec. 3.2).
struct AnchorSettings {
  int stride = 8;  ///< network px between two cells of the response map
  std::vector<double> ratios = {0.33, 0.5, 1, 2, 3};  ///< height / width
  std::vector<double> scales = {8};
};

/// One shape per ratio and scale, ratios first. Widths and heights are whole multiples of the
/// scale: the published weights were trained with shapes rounded down.
std::vector<AnchorShape> anchor_shapes(const AnchorSettings& settings);

/// Place of the first cell of a map relative to the patch centre, network px: -(side / 2) stride.
/// Differs from DaSiamRPN under Python 3, whose true division puts it 4 px off for odd sides.
double grid_origin(int side, int stride);

}  // namespace siamtrack
