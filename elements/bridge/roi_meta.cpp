// SPDX-License-Identifier: LGPL-2.1-or-later
#include "roi_meta.h"

#include <gst/video/video.h>

#include <algorithm>
#include <cmath>

namespace siamtrack::bridge {
namespace {

constexpr std::uint64_t kRoiIdMask = 0x7fffffff;  // the field is a signed 32-bit number

struct PixelBox {
  guint x, y, width, height;
};

/// Whole pixels nearest to what the box touches within the frame.
PixelBox to_pixels(const Box& box, Size frame) {
  const Box inside = intersection(box, {0, 0, double(frame.width), double(frame.height)});
  const double left = std::clamp(std::round(inside.x), 0.0, double(frame.width));
  const double top = std::clamp(std::round(inside.y), 0.0, double(frame.height));
  const double right = std::clamp(std::round(inside.x + inside.width), left, double(frame.width));
  const double bottom = std::clamp(std::round(inside.y + inside.height), top, double(frame.height));
  return {guint(left), guint(top), guint(right - left), guint(bottom - top)};
}

GstStructure* detection(const TargetRecord& record, Size frame) {
  const double width = std::max(1, frame.width);
  const double height = std::max(1, frame.height);
  const auto fraction = [](double value) { return std::clamp(value, 0.0, 1.0); };
  return gst_structure_new("detection", "confidence", G_TYPE_DOUBLE, record.score, "label_id",
                           G_TYPE_INT, 0, "label", G_TYPE_STRING, record.label.c_str(), "x_min",
                           G_TYPE_DOUBLE, fraction(record.box.x / width), "x_max", G_TYPE_DOUBLE,
                           fraction((record.box.x + record.box.width) / width), "y_min",
                           G_TYPE_DOUBLE, fraction(record.box.y / height), "y_max", G_TYPE_DOUBLE,
                           fraction((record.box.y + record.box.height) / height), nullptr);
}

void add_roi_meta(GstBuffer* buffer, const TargetRecord& record, Size frame) {
  const PixelBox box = to_pixels(record.box, frame);
  if (box.width == 0 || box.height == 0) return;  // encoders do not expect empty regions
  GstVideoRegionOfInterestMeta* meta = gst_buffer_add_video_region_of_interest_meta(
      buffer, record.label.c_str(), box.x, box.y, box.width, box.height);
  meta->id = static_cast<gint>(record.id & kRoiIdMask);
  meta->parent_id = record.parent;
  gst_video_region_of_interest_meta_add_param(meta, detection(record, frame));
  gst_video_region_of_interest_meta_add_param(
      meta, gst_structure_new("object_id", "id", G_TYPE_INT, meta->id, nullptr));
  gst_video_region_of_interest_meta_add_param(meta, to_structure(record, "siamtrack"));
}

}  // namespace

void add_roi_metas(GstBuffer* buffer, const FrameRecord& record) {
  for (const TargetRecord& target : record.targets) {
    if (target.state != TargetState::kLost) add_roi_meta(buffer, target, record.frame);
  }
}

}  // namespace siamtrack::bridge
