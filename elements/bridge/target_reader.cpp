// SPDX-License-Identifier: LGPL-2.1-or-later
#include "target_reader.h"

#include <gst/video/gstvideometa.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "analytics_meta.h"
#include "track_meta.h"

namespace siamtrack::bridge {
namespace {

constexpr std::uint64_t kRoiIdMask = 0x7fffffff;  // regions carry a signed 32-bit id

/// Whether two layers tell of the same target. Ids of regions are cut to 31 bits.
bool same_target(const TargetRecord& a, const TargetRecord& b) {
  return a.id != 0 && (a.id & kRoiIdMask) == (b.id & kRoiIdMask) && a.label == b.label;
}

bool has(const std::vector<TargetRecord>& targets, const TargetRecord& record) {
  return std::any_of(targets.begin(), targets.end(),
                     [&record](const TargetRecord& other) { return same_target(record, other); });
}

/// DL Streamer's convention: the confidence of the parameter `detection`. Without it, that of the
/// newest parameter that has one; NaN without any. What classifies a region adds parameters, too.
double confidence(const GstVideoRegionOfInterestMeta& region) {
  double score = std::numeric_limits<double>::quiet_NaN();
  double detected = score;
  for (const GList* link = region.params; link != nullptr; link = link->next) {
    const auto* parameter = static_cast<const GstStructure*>(link->data);
    const bool detection = gst_structure_has_name(parameter, "detection");
    gst_structure_get_double(parameter, "confidence", detection ? &detected : &score);
  }
  return std::isnan(detected) ? score : detected;
}

/// The track's id, which DL Streamer's trackers give as a parameter: the region's own number is
/// another in every frame there. 0 without any.
std::uint64_t id_of(GstVideoRegionOfInterestMeta& region) {
  gint id = region.id;
  if (const GstStructure* track =
          gst_video_region_of_interest_meta_get_param(&region, "object_id")) {
    gst_structure_get_int(track, "id", &id);
  }
  return id > 0 ? static_cast<std::uint64_t>(id) : 0;
}

TargetRecord from_region(GstVideoRegionOfInterestMeta& region) {
  if (const GstStructure* own = gst_video_region_of_interest_meta_get_param(&region, "siamtrack")) {
    return from_structure(own);
  }
  TargetRecord record;
  record.id = id_of(region);
  const gchar* label = g_quark_to_string(region.roi_type);
  record.label = label != nullptr ? label : "";
  record.state = TargetState::kTracking;
  record.score = confidence(region);
  record.box = {static_cast<double>(region.x), static_cast<double>(region.y),
                static_cast<double>(region.w), static_cast<double>(region.h)};
  return record;
}

/// Regions of interest, whoever attached them. GStreamer's GL elements copy metadata twice; what is
/// there again in all is told once.
std::vector<TargetRecord> read_roi_targets(GstBuffer* buffer) {
  std::vector<TargetRecord> targets;
  gpointer position = nullptr;
  while (GstMeta* meta = gst_buffer_iterate_meta_filtered(
             buffer, &position, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE)) {
    TargetRecord record = from_region(*reinterpret_cast<GstVideoRegionOfInterestMeta*>(meta));
    const auto again = [&record](const TargetRecord& other) {
      return other.id == record.id && other.label == record.label && other.box == record.box;
    };
    if (std::ranges::none_of(targets, again)) targets.push_back(std::move(record));
  }
  return targets;
}

}  // namespace

std::vector<TargetRecord> read_targets(GstBuffer* buffer) {
  std::vector<TargetRecord> targets;
  const auto known = [&targets](const TargetRecord& record) { return has(targets, record); };
  const auto add = [&targets](const std::vector<TargetRecord>& layer) {
    targets.insert(targets.end(), layer.begin(), layer.end());
  };
  if (std::optional<FrameRecord> own = read_track_meta(buffer)) targets = std::move(own->targets);
  add(read_analytics_targets(buffer, known));
  std::vector<TargetRecord> regions = read_roi_targets(buffer);
  std::erase_if(regions, known);
  add(regions);
  return targets;
}

}  // namespace siamtrack::bridge
