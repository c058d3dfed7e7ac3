// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>

#include "geometry/search_region.h"
#include "siamtrack/frame_view.h"

namespace siamtrack {

/// Blue, green, red in [0, 255].
using Colour = std::array<float, 3>;

/// Order of the channels a network was trained with.
enum class ChannelOrder { kBgr, kRgb };

/// Mean blue, green, red of the whole frame: the padding colour of the sequence
/// (spec section 1.2). One pass over the frame; called once per target.
/// Throws  Error(kUnsupportedInput)
Colour mean_colour(const FrameView& frame);

/// Cuts `window` out of `frame`, converts it to BGR or RGB and resizes it to side x side, all in
/// one pass that reads only pixels inside the window.
///
/// Source: SiamFC, Bertinetto et al. 2016, sec. 2.1; bilinear with half-pixel centres, edge clamp
/// and no anti-aliasing as cv::resize(INTER_LINEAR), 2:1 as 2x2 means.
///
/// @param frame   any PixelFormat in host memory; borrowed for the call
/// @param window  frame pixels; may lie partly or wholly outside the frame
/// @param border  colour outside the frame, truncated to whole numbers as the references do
/// @param out     [side, side, 3] floats in [0, 255], row by row (channels last)
///
/// Requires  side > 0, window.size > 0
/// Ensures   equal to converting the frame to BGR and cv::resize of the padded crop, within 1
/// Throws    Error(kUnsupportedInput) for planes that are missing or memory that is not host
/// Threads   reentrant
void crop(const FrameView& frame, const SubWindow& window, const Colour& border, int side,
          ChannelOrder order, float* out);

}  // namespace siamtrack
