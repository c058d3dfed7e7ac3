// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/template_points.h"

namespace siamtrack {

std::array<double, kTemplatePoints> template_points(double side, double other, double offset,
                                                    double stride) {
  constexpr double kContext = 0.3;
  constexpr int kSteps = 16;  // that the box with context is divided into
  const double step = (side + kContext * (side + other)) / stride / kSteps;
  std::array<double, kTemplatePoints> points{};
  for (int i = 0; i < kTemplatePoints; ++i) {
    const int from_middle = i - kTemplatePoints / 2;
    points[static_cast<std::size_t>(i)] = from_middle * step + offset / stride;
  }
  return points;
}

}  // namespace siamtrack
