// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <optional>
#include <span>

#include "siamtrack/box.h"
#include "siamtrack/result.h"

/// From the mask that a network predicts for one cell of its response map to the frame (SiamMask,
/// Wang et al. 2019, sec. 3.2; spec section 8.2). Pure.
namespace siamtrack {

/// Where a predicted mask lies: mask pixel u is at scale_x u + offset_x in the frame; v likewise.
struct MaskPlace {
  double scale_x = 1;  ///< frame px per mask px
  double scale_y = 1;
  double offset_x = 0;  ///< frame px
  double offset_y = 0;
};

/// The search window and the cell that a mask was predicted for.
struct MaskCell {
  double centre_x = 0;  ///< of the search window, frame px
  double centre_y = 0;
  double window = 0;   ///< side of the search window, frame px
  int patch = 255;     ///< side of the search window, network px
  int exemplar = 127;  ///< side of the area that one mask covers, network px
  int column = 0;      ///< of the response map
  int row = 0;
};

/// Where the mask of `cell` lies in a frame (SiamMask tools/test.py, crop_back).
/// @param side  of the mask, px
MaskPlace mask_place(const MaskCell& cell, int side, Size frame);

/// The mask in frame pixels: bilinear between the values, 0 outside of them, set where it is above
/// `threshold`, in the smallest rectangle that holds what is set.
///
/// @param values  side * side, row by row, [0, 1]
/// @return        empty when nothing is set inside the frame
/// Differs from cv::warpAffine, which rounds places to 1/32 px.
std::optional<Mask> paste_mask(std::span<const float> values, int side, const MaskPlace& place,
                               Size frame, double threshold);

}  // namespace siamtrack
