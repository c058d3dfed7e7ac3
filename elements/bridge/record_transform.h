// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <array>
#include <optional>

#include "target_record.h"

namespace siamtrack::bridge {

/// Where a pixel of one frame lies in another frame made from it: a homography.
struct FrameTransform {
  std::array<std::array<double, 3>, 3> matrix{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  Size frame;  ///< of the new frame

  Point operator()(Point point) const;

  /// True for scaling and shifting alone.
  bool keeps_orientation() const;
};

/// The transform that GStreamer describes to a meta's transform function: "gst-video-scale" or,
/// from GStreamer 1.28 on, "gst-video-matrix" (crop, flip, letter-box). Nothing for any other.
/// The types are compared by name, so one binary serves all versions.
std::optional<FrameTransform> frame_transform(GQuark type, gconstpointer data);

/// The record in the new frame. Boxes become the smallest upright boxes about their images; a
/// rotated box keeps its centre and the images of its axes; a bitmap is dropped when turned.
FrameRecord moved(const FrameRecord& record, const FrameTransform& transform);

}  // namespace siamtrack::bridge
