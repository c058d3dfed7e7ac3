// SPDX-License-Identifier: LGPL-2.1-or-later
#include "seeds.h"

#include <gst/video/video.h>

#include <algorithm>
#include <iterator>

#include "bridge/analytics_meta.h"

namespace siamtrack::tracker {
namespace {

/// A detection with more overlap (intersection over union) than this shows a target that is
/// already followed.
constexpr double kSameObjectIou = 0.3;

struct Detection {
  Box box;
  std::string label;
  int roi_id = 0;  ///< 0: not from a region of interest
};

std::vector<Detection> detections(GstBuffer* buffer, const Settings& settings) {
  std::vector<Detection> all;
  if (settings.init_from & kInitFromRoiMeta) {
    gpointer state = nullptr;
    while (GstMeta* meta = gst_buffer_iterate_meta_filtered(
               buffer, &state, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE)) {
      const auto* roi = reinterpret_cast<const GstVideoRegionOfInterestMeta*>(meta);
      const gchar* label = g_quark_to_string(roi->roi_type);
      all.push_back({{double(roi->x), double(roi->y), double(roi->w), double(roi->h)},
                     label != nullptr ? label : "",
                     roi->id});
    }
  }
  if (settings.init_from & kInitFromAnalyticsMeta) {
    const auto lost = [](const bridge::TargetRecord& found) {
      return found.state == bridge::TargetState::kLost;  // the box is of an earlier frame
    };
    for (bridge::TargetRecord& found : bridge::read_analytics_targets(buffer, lost)) {
      all.push_back({found.box, std::move(found.label)});
    }
  }
  return all;
}

InitRequest to_request(const Detection& detection) {
  InitRequest request = init_at(detection.box, Origin::kStream);
  request.units = Units::kPixels;
  request.label = detection.label;
  request.parent = detection.roi_id;
  return request;
}

}  // namespace

std::vector<InitRequest> seeds(GstBuffer* buffer, const Settings& settings, std::vector<Box> taken,
                               Size frame, std::string (*check_box)(const Box&, Size)) {
  std::vector<InitRequest> requests;
  if (taken.size() >= settings.max_targets) return requests;
  for (const Detection& detection : detections(buffer, settings)) {
    const Box& box = detection.box;
    const bool wanted = settings.init_label.empty() || settings.init_label == detection.label;
    if (!wanted || is_taken(box, taken) || !check_box(box, frame).empty()) continue;
    taken.push_back(box);
    requests.push_back(to_request(detection));
    if (taken.size() >= settings.max_targets) break;
  }
  return requests;
}

bool is_taken(const Box& detection, const std::vector<Box>& taken) {
  return std::ranges::any_of(
      taken, [&](const Box& other) { return iou(detection, other) > kSameObjectIou; });
}

}  // namespace siamtrack::tracker
