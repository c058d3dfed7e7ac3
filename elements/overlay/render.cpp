// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gst/gst.h>

#include <algorithm>
#include <string>

// video-blend.h of GStreamer 1.22 does not say that its functions are C.
extern "C" {
#include <gst/video/video.h>
}

#include "render.h"
#include "siamtrack/error.h"

namespace siamtrack::overlay {
namespace {

/// Whether a pixel of this format can be reached by stepping whole pixels from its plane's start.
bool steps_by_pixel(const GstVideoFormatInfo* format) {
  return !GST_VIDEO_FORMAT_INFO_IS_COMPLEX(format) && !GST_VIDEO_FORMAT_INFO_IS_TILED(format);
}

/// The part of `frame` from `at` on, as a frame of its own over the same memory.
/// gst_video_blend() unpacks whole rows of its target; this makes a row as short as the rectangle.
GstVideoFrame window(const GstVideoFrame& frame, const Rect& at) {
  GstVideoFrame part = frame;
  part.info.width = at.width;
  part.info.height = at.height;
  const GstVideoFormatInfo* format = frame.info.finfo;
  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS(format); ++c) {
    const guint plane = GST_VIDEO_FORMAT_INFO_PLANE(format, c);
    const std::ptrdiff_t row = at.y >> GST_VIDEO_FORMAT_INFO_H_SUB(format, c);
    const std::ptrdiff_t column = at.x >> GST_VIDEO_FORMAT_INFO_W_SUB(format, c);
    part.data[plane] = static_cast<guint8*>(frame.data[plane]) +
                       row * GST_VIDEO_INFO_PLANE_STRIDE(&frame.info, plane) +
                       column * GST_VIDEO_FORMAT_INFO_PSTRIDE(format, c);
  }
  return part;
}

/// `rect` with its start moved back to where a chroma sample starts, cut to the frame.
Rect aligned(const GstVideoFrame& frame, Rect rect) {
  const GstVideoFormatInfo* format = frame.info.finfo;
  int step_x = 1;
  int step_y = 1;
  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS(format); ++c) {
    step_x = std::max(step_x, 1 << GST_VIDEO_FORMAT_INFO_W_SUB(format, c));
    step_y = std::max(step_y, 1 << GST_VIDEO_FORMAT_INFO_H_SUB(format, c));
  }
  rect = intersection(rect, {0, 0, frame.info.width, frame.info.height});
  const int back_x = rect.x % step_x;
  const int back_y = rect.y % step_y;
  return {rect.x - back_x, rect.y - back_y, rect.width + back_x, rect.height + back_y};
}

void blend_one(GstVideoFrame& frame, GstVideoOverlayRectangle* rectangle) {
  Rect rect;
  guint width = 0;
  guint height = 0;
  gst_video_overlay_rectangle_get_render_rectangle(rectangle, &rect.x, &rect.y, &width, &height);
  rect.width = static_cast<int>(width);
  rect.height = static_cast<int>(height);
  Rect part{0, 0, frame.info.width, frame.info.height};
  if (steps_by_pixel(frame.info.finfo)) part = aligned(frame, rect);
  if (part.width <= 0 || part.height <= 0) return;

  GstBuffer* pixels = gst_video_overlay_rectangle_get_pixels_unscaled_raw(
      rectangle, GST_VIDEO_OVERLAY_FORMAT_FLAG_NONE);
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, width, height);
  GstVideoFrame source;
  if (!gst_video_frame_map(&source, &info, pixels, GST_MAP_READ)) return;
  GstVideoFrame target = window(frame, part);
  gst_video_blend(&target, &source, rect.x - part.x, rect.y - part.y, 1.0f);
  gst_video_frame_unmap(&source);
}

}  // namespace

void attach(GstBuffer* buffer, const std::vector<Rectangle>& rectangles) {
  GstVideoOverlayCompositionMeta* present = gst_buffer_get_video_overlay_composition_meta(buffer);
  GstVideoOverlayComposition* all = present != nullptr
                                        ? gst_video_overlay_composition_copy(present->overlay)
                                        : gst_video_overlay_composition_new(nullptr);
  for (const Rectangle& rectangle : rectangles) {
    gst_video_overlay_composition_add_rectangle(all, rectangle.get());
  }
  if (present != nullptr) gst_buffer_remove_video_overlay_composition_meta(buffer, present);
  gst_buffer_add_video_overlay_composition_meta(buffer, all);
  gst_video_overlay_composition_unref(all);
}

void blend(GstBuffer* buffer, const GstVideoInfo& info, const std::vector<Rectangle>& rectangles) {
  GstVideoFrame frame;
  if (!gst_video_frame_map(&frame, &info, buffer,
                           static_cast<GstMapFlags>(GST_MAP_READ | GST_MAP_WRITE))) {
    throw Error(ErrorCode::kUnsupportedInput,
                std::string("cannot map a frame for drawing, expected a writable ") +
                    GST_VIDEO_INFO_NAME(&info) + " frame");
  }
  for (const Rectangle& rectangle : rectangles) blend_one(frame, rectangle.get());
  gst_video_frame_unmap(&frame);
}

}  // namespace siamtrack::overlay
