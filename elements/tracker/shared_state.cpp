// SPDX-License-Identifier: LGPL-2.1-or-later
#include "shared_state.h"

#include <string_view>

namespace siamtrack::tracker {
namespace {

void request_initial_object(SharedState& shared) {
  const InitialObject& given = shared.settings.initial;
  if (!given.given()) return;
  // The four properties are set one by one; only the box of the last is whole.
  std::erase_if(shared.requests, [](const Request& queued) {
    const auto* init = std::get_if<InitRequest>(&queued);
    return init != nullptr && init->origin == Origin::kInitialObject;
  });
  InitRequest request =
      init_at(Box{double(given.x), double(given.y), double(given.width), double(given.height)},
              Origin::kInitialObject);
  request.units = Units::kPixels;
  shared.requests.emplace_back(std::move(request));
}

void request_given(SharedState& shared, const GivenBox& box) {
  InitRequest request = init_at(box.text, Origin::kBox);
  request.due = box.due;
  shared.requests.emplace_back(std::move(request));
}

bool accepts_box(const SharedState& shared) { return shared.settings.init_from & kInitFromBox; }

}  // namespace

void enqueue(SharedState& shared, Request request) {
  const std::lock_guard lock(shared.mutex);
  shared.requests.push_back(std::move(request));
}

void request_box(SharedState& shared, const char* name) {
  const std::string_view property = name;
  const auto& boxes = shared.settings.boxes;
  if (property == "box" && boxes.empty()) {
    shared.requests.emplace_back(ClearRequest{});
  } else if (!accepts_box(shared)) {
    return;
  } else if (property == "box") {
    request_given(shared, boxes.back());
  } else if (property.starts_with("object-initial-")) {
    request_initial_object(shared);
  }
}

void request_all_boxes(SharedState& shared) {
  if (!accepts_box(shared)) return;
  for (const GivenBox& box : shared.settings.boxes) request_given(shared, box);
  if (shared.settings.boxes.empty()) request_initial_object(shared);
}

GstStructure* to_structure(const Stats& stats, const StepTimes& times, const PluginModel* model) {
  GstStructure* structure = gst_structure_new(
      "stats", "frames", G_TYPE_UINT64, stats.frames, "tracked", G_TYPE_UINT64, stats.tracked,
      "skipped", G_TYPE_UINT64, stats.skipped, "dropped", G_TYPE_UINT64, stats.dropped, "lost",
      G_TYPE_UINT64, stats.lost, "refound", G_TYPE_UINT64, stats.refound, "inits", G_TYPE_UINT64,
      stats.inits, "rejected", G_TYPE_UINT64, stats.rejected, "average-time", G_TYPE_UINT64,
      times.average, "longest-time", G_TYPE_UINT64, times.longest, "latency", G_TYPE_UINT64,
      times.latency, nullptr);
  if (model != nullptr) {
    const ModelInfo& info = model->info();
    gst_structure_set(structure, "model", G_TYPE_STRING, info.path.c_str(), "architecture",
                      G_TYPE_STRING, info.architecture.c_str(), "backbone", G_TYPE_STRING,
                      info.backbone.c_str(), "device", G_TYPE_STRING, info.device.c_str(), nullptr);
  }
  return structure;
}

void store_targets(const bridge::FrameRecord& record, GValue* value) {
  GstStructure* holder = gst_structure_new_empty("targets");
  bridge::set_targets(holder, "targets", record.targets);
  g_value_copy(gst_structure_get_value(holder, "targets"), value);
  gst_structure_free(holder);
}

}  // namespace siamtrack::tracker
