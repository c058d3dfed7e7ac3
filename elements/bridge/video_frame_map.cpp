// SPDX-License-Identifier: LGPL-2.1-or-later
#include "video_frame_map.h"

#include <algorithm>
#include <array>
#include <utility>

#include "siamtrack/error.h"

namespace siamtrack::bridge {
namespace {

constexpr std::array<std::pair<GstVideoFormat, PixelFormat>, 16> kFormats{{
    {GST_VIDEO_FORMAT_NV12, PixelFormat::kNv12},
    {GST_VIDEO_FORMAT_I420, PixelFormat::kI420},
    {GST_VIDEO_FORMAT_YV12, PixelFormat::kYv12},
    {GST_VIDEO_FORMAT_YUY2, PixelFormat::kYuy2},
    {GST_VIDEO_FORMAT_UYVY, PixelFormat::kUyvy},
    {GST_VIDEO_FORMAT_GRAY8, PixelFormat::kGray8},
    {GST_VIDEO_FORMAT_RGB, PixelFormat::kRgb},
    {GST_VIDEO_FORMAT_BGR, PixelFormat::kBgr},
    {GST_VIDEO_FORMAT_RGBx, PixelFormat::kRgbx},
    {GST_VIDEO_FORMAT_BGRx, PixelFormat::kBgrx},
    {GST_VIDEO_FORMAT_xRGB, PixelFormat::kXrgb},
    {GST_VIDEO_FORMAT_xBGR, PixelFormat::kXbgr},
    {GST_VIDEO_FORMAT_RGBA, PixelFormat::kRgba},
    {GST_VIDEO_FORMAT_BGRA, PixelFormat::kBgra},
    {GST_VIDEO_FORMAT_ARGB, PixelFormat::kArgb},
    {GST_VIDEO_FORMAT_ABGR, PixelFormat::kAbgr},
}};

PixelFormat to_pixel_format(const GstVideoInfo& info) {
  const GstVideoFormat format = GST_VIDEO_INFO_FORMAT(&info);
  const auto* found = std::find_if(kFormats.begin(), kFormats.end(),
                                   [&](const auto& row) { return row.first == format; });
  if (found == kFormats.end()) {
    throw Error(ErrorCode::kUnsupportedInput, std::string("pixel format: expected one of ") +
                                                  SIAMTRACK_VIDEO_FORMATS + ", found " +
                                                  gst_video_format_to_string(format));
  }
  return found->second;
}

/// BT.601 also stands for the equations that are nearly it (FCC, SMPTE 240M) and for "unknown".
ColourMatrix to_matrix(const GstVideoColorimetry& colours) {
  if (colours.matrix == GST_VIDEO_COLOR_MATRIX_BT709) return ColourMatrix::kBt709;
  if (colours.matrix == GST_VIDEO_COLOR_MATRIX_BT2020) return ColourMatrix::kBt2020;
  return ColourMatrix::kBt601;
}

ColourRange to_range(const GstVideoColorimetry& colours) {
  return colours.range == GST_VIDEO_COLOR_RANGE_0_255 ? ColourRange::kFull : ColourRange::kLimited;
}

/// First byte and stride of plane `index` in the order that FrameView states: U before V.
Plane to_plane(const GstVideoFrame& frame, PixelFormat format, guint index) {
  const guint plane = format == PixelFormat::kYv12 && index > 0 ? 3 - index : index;
  return {static_cast<const std::uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, plane)),
          GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane)};
}

FrameView make_view(const GstVideoInfo& info, const GstVideoFrame& frame) {
  FrameView view;
  view.format = to_pixel_format(frame.info);
  // A decoder's GstVideoMeta may count padding in; what the caps say is the picture.
  view.size = {GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info)};
  for (guint index = 0; index < GST_VIDEO_FRAME_N_PLANES(&frame); ++index) {
    view.planes.at(index) = to_plane(frame, view.format, index);
  }
  view.matrix = to_matrix(frame.info.colorimetry);
  view.range = to_range(frame.info.colorimetry);
  return view;
}

/// Maps or throws; `info` is not changed, whatever the signature of gst_video_frame_map() says.
GstVideoFrame map(const GstVideoInfo& info, GstBuffer* buffer) {
  GstVideoFrame frame;
  if (!gst_video_frame_map(&frame, const_cast<GstVideoInfo*>(&info), buffer, GST_MAP_READ)) {
    throw Error(ErrorCode::kUnsupportedInput, "the video buffer cannot be mapped for reading");
  }
  return frame;
}

}  // namespace

VideoFrameMap::VideoFrameMap(const GstVideoInfo& info, GstBuffer* buffer)
    : frame_((to_pixel_format(info), map(info, buffer))), view_(make_view(info, frame_)) {}

VideoFrameMap::~VideoFrameMap() { gst_video_frame_unmap(&frame_); }

}  // namespace siamtrack::bridge
