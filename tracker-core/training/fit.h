// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core/mat.hpp>
#include <span>

#include "siamtrack/box.h"

namespace siamtrack::training {

/// What of a frame is worth keeping: the part around its objects that training patches can reach,
/// not larger than they need it (SiamFC sec. 2.1 "Dataset curation": crops are made once, before
/// training).
struct Fit {
  cv::Rect region;    ///< part of the frame, px
  double scale = 1;   ///< stored px per frame px, <= 1
  bool whole = true;  ///< nothing to do: the frame is kept as it is

  cv::Size stored() const;  ///< px, the region at its scale
  Box apply(const Box& box) const;
  /// The region as it is stored. @param interpolation  as cv::resize
  cv::Mat apply(const cv::Mat& picture, int interpolation) const;
};

/// Keeps `kReach` context squares about every box, at a scale that leaves the context square of the
/// median box `kStoredContext` px wide; a frame without boxes whole, at most `kStoredSide` px.
Fit fit_frame(Size frame, std::span<const Box> boxes);

inline constexpr double kReach = 4;            // the search patch has 2, displacement and scale 1.4
inline constexpr double kStoredContext = 190;  // px; 1.5 x the exemplar, room for scale changes
inline constexpr double kStoredSide = 640;     // px, longer side

}  // namespace siamtrack::training
