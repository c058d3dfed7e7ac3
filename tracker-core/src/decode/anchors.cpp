// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/anchors.h"

#include <cmath>

namespace siamtrack {

std::vector<AnchorShape> anchor_shapes(const AnchorSettings& settings) {
  std::vector<AnchorShape> shapes;
  const double area = settings.stride * settings.stride;
  for (const double ratio : settings.ratios) {
    const double width = std::floor(std::sqrt(area / ratio));
    const double height = std::floor(width * ratio);
    for (const double scale : settings.scales) shapes.push_back({width * scale, height * scale});
  }
  return shapes;
}

double grid_origin(int side, int stride) {
  const int cells = side / 2;  // left of the centre; an even side has one fewer to its right
  return static_cast<double>(-cells * stride);
}

}  // namespace siamtrack
