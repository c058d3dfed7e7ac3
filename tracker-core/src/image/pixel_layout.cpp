// SPDX-License-Identifier: LGPL-2.1-or-later
#include "image/pixel_layout.h"

#include <cmath>
#include <cstdlib>
#include <string>

#include "siamtrack/error.h"

namespace siamtrack {
namespace {

struct ComponentTemplate {
  int plane;   ///< -1: absent
  int offset;  ///< bytes from the start of a row
  int step;
  int shift_x;
  int shift_y;
};

struct FormatTemplate {
  bool yuv;
  std::array<ComponentTemplate, 3> components;
};

constexpr ComponentTemplate kNone{-1, 0, 1, 0, 0};

constexpr FormatTemplate packed_rgb(int red, int green, int blue, int step) {
  return {false, {{{0, blue, step, 0, 0}, {0, green, step, 0, 0}, {0, red, step, 0, 0}}}};
}

FormatTemplate format_template(PixelFormat format) {
  switch (format) {
    case PixelFormat::kNv12:
      return {true, {{{0, 0, 1, 0, 0}, {1, 0, 2, 1, 1}, {1, 1, 2, 1, 1}}}};
    case PixelFormat::kI420:
    case PixelFormat::kYv12:
      return {true, {{{0, 0, 1, 0, 0}, {1, 0, 1, 1, 1}, {2, 0, 1, 1, 1}}}};
    case PixelFormat::kYuy2:
      return {true, {{{0, 0, 2, 0, 0}, {0, 1, 4, 1, 0}, {0, 3, 4, 1, 0}}}};
    case PixelFormat::kUyvy:
      return {true, {{{0, 1, 2, 0, 0}, {0, 0, 4, 1, 0}, {0, 2, 4, 1, 0}}}};
    case PixelFormat::kGray8:
      return {true, {{{0, 0, 1, 0, 0}, kNone, kNone}}};
    case PixelFormat::kRgb:
      return packed_rgb(0, 1, 2, 3);
    case PixelFormat::kBgr:
      return packed_rgb(2, 1, 0, 3);
    case PixelFormat::kRgbx:
    case PixelFormat::kRgba:
      return packed_rgb(0, 1, 2, 4);
    case PixelFormat::kBgrx:
    case PixelFormat::kBgra:
      return packed_rgb(2, 1, 0, 4);
    case PixelFormat::kXrgb:
    case PixelFormat::kArgb:
      return packed_rgb(1, 2, 3, 4);
    case PixelFormat::kXbgr:
    case PixelFormat::kAbgr:
      return packed_rgb(3, 2, 1, 4);
  }
  throw Error(ErrorCode::kUnsupportedInput, "pixel format, expected one of the 16 known, got " +
                                                std::to_string(static_cast<int>(format)));
}

int subsampled(int length, int shift) { return (length + (1 << shift) - 1) >> shift; }

void check_plane(const Plane& plane, int number, std::ptrdiff_t row_bytes, int rows) {
  if (plane.data == nullptr) {
    throw Error(ErrorCode::kUnsupportedInput,
                "plane " + std::to_string(number) + " of the frame, expected pixels, got none");
  }
  if (rows > 1 && std::abs(plane.stride) < row_bytes) {
    throw Error(ErrorCode::kUnsupportedInput,
                "stride of plane " + std::to_string(number) + ", expected at least " +
                    std::to_string(row_bytes) + " bytes, got " + std::to_string(plane.stride));
  }
}

Component locate(const FrameView& frame, const ComponentTemplate& part) {
  if (part.plane < 0) return {};
  const Plane& plane = frame.planes[static_cast<std::size_t>(part.plane)];
  const std::ptrdiff_t samples = subsampled(frame.size.width, part.shift_x);
  check_plane(plane, part.plane, (samples - 1) * part.step + part.offset + 1,
              subsampled(frame.size.height, part.shift_y));
  return {plane.data + part.offset, plane.stride, part.step, part.shift_x, part.shift_y};
}

struct LumaWeights {
  double red;
  double blue;
};

LumaWeights luma_weights(ColourMatrix matrix) {
  switch (matrix) {
    case ColourMatrix::kBt601:
      break;
    case ColourMatrix::kBt709:
      return {0.2126, 0.0722};
    case ColourMatrix::kBt2020:
      return {0.2627, 0.0593};
  }
  return {0.299, 0.114};
}

int fixed_point(double value) { return static_cast<int>(std::lround(value * (1 << kColourBits))); }

}  // namespace

ColourEquation colour_equation(ColourMatrix matrix, ColourRange range) {
  const auto [red, blue] = luma_weights(matrix);
  const double green = 1 - red - blue;
  const bool limited = range == ColourRange::kLimited;
  const double chroma = limited ? 255.0 / 224 : 1.0;  // U and V span 16..240
  ColourEquation equation;
  equation.y_offset = limited ? 16 : 0;
  equation.y_scale = fixed_point(limited ? 255.0 / 219 : 1.0);  // Y spans 16..235
  equation.blue_u = fixed_point(chroma * 2 * (1 - blue));
  equation.green_u = -fixed_point(chroma * 2 * (1 - blue) * blue / green);
  equation.green_v = -fixed_point(chroma * 2 * (1 - red) * red / green);
  equation.red_v = fixed_point(chroma * 2 * (1 - red));
  return equation;
}

PixelLayout describe(const FrameView& frame) {
  if (frame.size.width <= 0 || frame.size.height <= 0) {
    throw Error(ErrorCode::kUnsupportedInput, "frame size, expected at least 1x1, got " +
                                                  std::to_string(frame.size.width) + "x" +
                                                  std::to_string(frame.size.height));
  }
  const FormatTemplate format = format_template(frame.format);
  PixelLayout layout;
  layout.yuv = format.yuv;
  for (std::size_t i = 0; i < layout.components.size(); ++i) {
    layout.components[i] = locate(frame, format.components[i]);
  }
  if (layout.yuv) layout.equation = colour_equation(frame.matrix, frame.range);
  return layout;
}

}  // namespace siamtrack
