// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/video/video.h>

#include "siamtrack/frame_view.h"

namespace siamtrack::bridge {

/// The caps text of every pixel format that the core reads.
#define SIAMTRACK_VIDEO_FORMATS                                                                \
  "{ NV12, I420, YV12, YUY2, UYVY, RGB, BGR, RGBx, BGRx, xRGB, xBGR, RGBA, BGRA, ARGB, ABGR, " \
  "GRAY8 }"

/// A buffer's pixels, mapped for reading for the life of the object: no pixel is ever copied, and a
/// buffer that others share stays shared. Planes and strides are those of its GstVideoMeta.
class VideoFrameMap {
 public:
  /// Throws  Error(kUnsupportedInput) when the buffer cannot be mapped or the format is foreign
  VideoFrameMap(const GstVideoInfo& info, GstBuffer* buffer);
  ~VideoFrameMap();
  VideoFrameMap(const VideoFrameMap&) = delete;
  VideoFrameMap& operator=(const VideoFrameMap&) = delete;

  const FrameView& view() const { return view_; }

 private:
  GstVideoFrame frame_;
  FrameView view_;
};

}  // namespace siamtrack::bridge
