// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "siamtrack/box.h"

namespace siamtrack {

enum class TrackStatus {
  kTracking,   ///< the box is believed
  kUncertain,  ///< score fell below lost_threshold a short while ago; box is the best guess
  kLost,       ///< uncertain for lost_after frames; the box is where it was last believed
};

/// Binary mask of the target in a rectangle of the frame.
struct Mask {
  int x = 0;  ///< left-top corner of the rectangle, frame pixels
  int y = 0;
  Size size;
  std::vector<std::uint8_t> pixels;  ///< size.width * size.height, 0 or 255, row by row
};

/// What one frame says about one target.
struct TrackResult {
  Box box;                            ///< frame pixels, not clipped to the frame
  std::optional<RotatedBox> rotated;  ///< systems with masks
  std::optional<Mask> mask;           ///< systems with masks
  double score = 0;                   ///< calibrated confidence in [0, 1]
  TrackStatus status = TrackStatus::kTracking;
};

}  // namespace siamtrack
