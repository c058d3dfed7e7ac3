// SPDX-License-Identifier: LGPL-2.1-or-later
#include "geometry/search_region.h"

#include <algorithm>
#include <cmath>

namespace siamtrack {
namespace {

// Sums of two such values still fit an int.
constexpr double kFarthestPixel = 1 << 29;

int to_pixel(double whole) {
  return static_cast<int>(std::clamp(whole, -kFarthestPixel, kFarthestPixel));
}

// std::nearbyint would depend on the rounding mode of the thread that hosts us.
double round_half_even(double value) {
  const double below = std::floor(value);
  const double fraction = value - below;
  if (fraction != 0.5) return std::floor(value + 0.5);
  return std::fmod(below, 2.0) == 0.0 ? below : below + 1;
}

int corner(double centre, int size, Rounding rounding) {
  const double left = centre - (size + 1) / 2.0;
  switch (rounding) {
    case Rounding::kPysot:
      return to_pixel(std::floor(left + 0.5));
    case Rounding::kHalfEven:
      return to_pixel(round_half_even(left));
    case Rounding::kAwayFromZero:
      break;
  }
  return to_pixel(std::round(left));
}

}  // namespace

double context_side(double width, double height, double context_amount) {
  const double context = context_amount * (width + height);
  return std::sqrt((width + context) * (height + context));
}

SubWindow sub_window(double centre_x, double centre_y, double side, Rounding rounding) {
  const double rounded =
      rounding == Rounding::kAwayFromZero ? std::round(side) : round_half_even(side);
  const int size = std::max(1, to_pixel(rounded));
  return {corner(centre_x, size, rounding), corner(centre_y, size, rounding), size};
}

}  // namespace siamtrack
