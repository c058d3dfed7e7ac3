// SPDX-License-Identifier: LGPL-2.1-or-later
#include "record_transform.h"

#include <gst/video/video.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace siamtrack::bridge {
namespace {

/// GstVideoMetaTransformMatrix of GStreamer 1.28, part of its stable interface, declared here
/// because older headers lack it.
struct MatrixTransform {
  const GstVideoInfo* in_info;
  GstVideoRectangle in_rectangle;
  const GstVideoInfo* out_info;
  GstVideoRectangle out_rectangle;
  gfloat matrix[3][3];
};

Size frame_size(const GstVideoInfo* info) {
  return {GST_VIDEO_INFO_WIDTH(info), GST_VIDEO_INFO_HEIGHT(info)};
}

FrameTransform scaling(const GstVideoInfo* from, const GstVideoInfo* to) {
  FrameTransform transform;
  transform.frame = frame_size(to);
  transform.matrix[0][0] = double(transform.frame.width) / std::max(1, frame_size(from).width);
  transform.matrix[1][1] = double(transform.frame.height) / std::max(1, frame_size(from).height);
  return transform;
}

/// The matrix works on coordinates relative to the two rectangles: T(out) * M * T(-in).
FrameTransform homography(const MatrixTransform& given) {
  FrameTransform transform;
  transform.frame = frame_size(given.out_info);
  auto& m = transform.matrix;
  for (int row = 0; row < 3; ++row) {
    const double x = given.matrix[row][0];
    const double y = given.matrix[row][1];
    m[row] = {x, y, given.matrix[row][2] - x * given.in_rectangle.x - y * given.in_rectangle.y};
  }
  for (int column = 0; column < 3; ++column) {
    m[0][column] += given.out_rectangle.x * m[2][column];
    m[1][column] += given.out_rectangle.y * m[2][column];
  }
  return transform;
}

Box moved(const Box& box, const FrameTransform& transform) {
  const std::array corners = {transform({box.x, box.y}), transform({box.x + box.width, box.y}),
                              transform({box.x, box.y + box.height}),
                              transform({box.x + box.width, box.y + box.height})};
  const auto [left, right] = std::minmax({corners[0].x, corners[1].x, corners[2].x, corners[3].x});
  const auto [top, bottom] = std::minmax({corners[0].y, corners[1].y, corners[2].y, corners[3].y});
  return {left, top, right - left, bottom - top};
}

Point moved_vector(Point origin, Point vector, const FrameTransform& transform) {
  const Point start = transform(origin);
  const Point end = transform({origin.x + vector.x, origin.y + vector.y});
  return {end.x - start.x, end.y - start.y};
}

RotatedBox moved(const RotatedBox& box, const FrameTransform& transform) {
  const Point origin{box.centre_x, box.centre_y};
  const double cosine = std::cos(box.angle);
  const double sine = std::sin(box.angle);
  const Point along = moved_vector(origin, {box.width * cosine, box.width * sine}, transform);
  const Point across = moved_vector(origin, {-box.height * sine, box.height * cosine}, transform);
  const Point centre = transform(origin);
  return {centre.x, centre.y, std::hypot(along.x, along.y), std::hypot(across.x, across.y),
          std::atan2(along.y, along.x)};
}

TargetRecord moved(const TargetRecord& record, const FrameTransform& transform) {
  TargetRecord result = record;
  result.box = moved(record.box, transform);
  result.velocity =
      moved_vector({record.box.centre_x(), record.box.centre_y()}, record.velocity, transform);
  if (record.rotated) result.rotated = moved(*record.rotated, transform);
  if (record.mask && transform.keeps_orientation()) {
    result.mask->box = moved(record.mask->box, transform);
  } else {
    result.mask.reset();
  }
  std::transform(record.polygon.begin(), record.polygon.end(), result.polygon.begin(), transform);
  std::transform(record.trail.begin(), record.trail.end(), result.trail.begin(), transform);
  return result;
}

}  // namespace

Point FrameTransform::operator()(Point point) const {
  std::array<double, 3> image{};
  for (int row = 0; row < 3; ++row) {
    image[row] = matrix[row][0] * point.x + matrix[row][1] * point.y + matrix[row][2];
  }
  const double depth = image[2] != 0 ? image[2] : 1;
  return {image[0] / depth, image[1] / depth};
}

bool FrameTransform::keeps_orientation() const {
  return matrix[0][0] > 0 && matrix[1][1] > 0 && matrix[0][1] == 0 && matrix[1][0] == 0 &&
         matrix[2][0] == 0 && matrix[2][1] == 0;
}

std::optional<FrameTransform> frame_transform(GQuark type, gconstpointer data) {
  const gchar* text = g_quark_to_string(type);
  const std::string_view name = text != nullptr ? text : "";
  if (data == nullptr) return std::nullopt;
  if (name == "gst-video-scale") {
    const auto* scale = static_cast<const GstVideoMetaTransform*>(data);
    return scaling(scale->in_info, scale->out_info);
  }
  if (name == "gst-video-matrix") return homography(*static_cast<const MatrixTransform*>(data));
  return std::nullopt;
}

FrameRecord moved(const FrameRecord& record, const FrameTransform& transform) {
  FrameRecord result{transform.frame, {}};
  for (const TargetRecord& target : record.targets) {
    result.targets.push_back(moved(target, transform));
  }
  return result;
}

}  // namespace siamtrack::bridge
