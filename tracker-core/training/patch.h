// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core/mat.hpp>

#include "siamtrack/box.h"
#include "training/random.h"

namespace siamtrack::training {

/// Limits of the random displacement and stretching of a patch (SiamDW sec. 5.1; pysot).
struct GeometryLimits {
  double shift = 0;   ///< px of the patch, each way
  double scale = 0;   ///< fraction, each way: 0.05 is [0.95, 1.05]
  double aspect = 0;  ///< fraction by which width and height change against each other
  double axes = 0;  ///< fraction, each way, by which width and height change each by itself (pysot)
};

/// Limits of a random box in a frame.
struct BoxLimits {
  double low, high;  ///< side of a square of its area / shorter side of the frame
  double longest;    ///< aspect ratio, each way
};

/// A box anywhere in a frame, at least 1 px wide and high.
Box random_box(Size frame, const BoxLimits& limits, Random& random);

/// Square patch of a frame: out(u, v) shows the frame at (x, y) + ((u, v) - side / 2) * (step_x,
/// step_y); all in continuous pixels, where pixel i covers [i, i + 1).
struct PatchView {
  double centre_x = 0;  ///< frame px
  double centre_y = 0;
  double step_x = 1;  ///< frame px per patch px; negative: mirrored
  double step_y = 1;
  int side = 0;  ///< patch px

  /// `box` of the frame in patch pixels.
  Box to_patch(const Box& box) const;
};

/// Patch of `side` px in which the context square of `box` (context_side()) spans `exemplar_side`
/// px, moved and stretched at random within `limits`.
PatchView random_view(const Box& box, int exemplar_side, int side, const GeometryLimits& limits,
                      bool mirrored, Random& random);

/// Cuts the patch out of `picture` (CV_8UC3 or CV_8UC1), bilinear; outside it lies `border`.
cv::Mat cut(const cv::Mat& picture, const PatchView& view, const cv::Scalar& border);

}  // namespace siamtrack::training
