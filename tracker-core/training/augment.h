// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core/mat.hpp>

#include "training/random.h"

namespace siamtrack::training {

/// Limits of the random change of a patch's pixels. Zero or absent: never.
struct PixelLimits {
  double brightness = 0;  ///< added, fraction of 255, each way
  double contrast = 0;    ///< gain about the patch's mean grey, fraction each way
  double channel = 0;     ///< gain of each channel by itself, fraction each way
  double blur = 0;        ///< probability of a Gaussian or motion blur
  double erase = 0;       ///< probability of a rectangle of one colour over the patch
};

/// Brightness, contrast and channel gains in one table look-up; then blur; then the rectangle.
/// @param patch  CV_8UC3, changed in place
void augment(cv::Mat& patch, const PixelLimits& limits, Random& random);

/// Replaces the three channels by their luma.
void make_grey(cv::Mat& patch);

/// Blurs along a straight line of `length` px at `angle` radians (DaSiamRPN sec. 3.2).
void motion_blur(cv::Mat& patch, int length, double angle);

}  // namespace siamtrack::training
