// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <opencv2/core/mat.hpp>
#include <optional>

#include "training/random.h"

namespace siamtrack::training {

/// Limits of the random change of a patch's pixels. Zero or absent: never.
struct PixelLimits {
  double brightness = 0;  ///< added, fraction of 255, each way
  double contrast = 0;    ///< gain about a grey of 115, fraction each way
  double channel = 0;     ///< gain of each channel by itself, fraction each way
  double blur = 0;        ///< probability of a Gaussian or motion blur
  double erase = 0;       ///< probability of a rectangle of one colour over the patch
  double lighting = 0;    ///< weight of a shift along pysot's three colour directions; there 1
};

/// What happens to the pixels of one patch, in the order of the members.
struct PixelChange {
  struct Erased {
    cv::Rect place;
    cv::Scalar colour;
  };
  bool grey = false;                       ///< the three channels become their luma
  std::array<double, 3> gain = {1, 1, 1};  ///< v -> gain v + offset, rounded into [0, 255]
  std::array<double, 3> offset = {};
  double deviation = 0;  ///< of a Gaussian blur, px; 0: none
  int motion = 0;        ///< length of a blur along a straight line, px; 0: none
  double angle = 0;      ///< of that line, rad
  std::optional<Erased> erased;

  bool blurs() const { return deviation > 0 || motion > 0; }
};

/// Draws a change of a patch of `side` px; `grey` is not drawn.
PixelChange random_change(const PixelLimits& limits, int side, Random& random);

/// The square kernel of odd side (float, sum 1) that blurs as `change` says.
/// @param change  with blurs()
cv::Mat blur_kernel(const PixelChange& change);

/// Changes `patch` (CV_8UC3) in place; behind its edges its outermost pixels go on.
void apply(const PixelChange& change, cv::Mat& patch);

}  // namespace siamtrack::training
