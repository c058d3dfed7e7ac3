// SPDX-License-Identifier: LGPL-2.1-or-later
#include "target_record.h"

#include <array>
#include <string_view>

namespace siamtrack::bridge {
namespace {

constexpr std::array kStateNames = {"idle", "tracking", "uncertain", "lost", "terminated"};

void set_points(GstStructure* structure, const char* field, const std::vector<Point>& points) {
  if (points.empty()) return;
  GValue list = G_VALUE_INIT;
  gst_value_array_init(&list, static_cast<guint>(2 * points.size()));
  GValue number = G_VALUE_INIT;
  g_value_init(&number, G_TYPE_DOUBLE);
  for (const Point& point : points) {
    g_value_set_double(&number, point.x);
    gst_value_array_append_value(&list, &number);
    g_value_set_double(&number, point.y);
    gst_value_array_append_value(&list, &number);
  }
  g_value_unset(&number);
  gst_structure_take_value(structure, field, &list);
}

std::vector<Point> get_points(const GstStructure* structure, const char* field) {
  std::vector<Point> points;
  const GValue* list = gst_structure_get_value(structure, field);
  if (list == nullptr || !GST_VALUE_HOLDS_ARRAY(list)) return points;
  const guint numbers = gst_value_array_get_size(list);
  for (guint i = 0; i + 1 < numbers; i += 2) {
    const GValue* x = gst_value_array_get_value(list, i);
    const GValue* y = gst_value_array_get_value(list, i + 1);
    if (G_VALUE_HOLDS_DOUBLE(x) && G_VALUE_HOLDS_DOUBLE(y)) {
      points.push_back({g_value_get_double(x), g_value_get_double(y)});
    }
  }
  return points;
}

void set_mask(GstStructure* structure, const TargetMask& mask) {
  gst_structure_set(structure, "mask", G_TYPE_BYTES, mask.pixels.get(), "mask-columns", G_TYPE_INT,
                    mask.size.width, "mask-rows", G_TYPE_INT, mask.size.height, "mask-x",
                    G_TYPE_DOUBLE, mask.box.x, "mask-y", G_TYPE_DOUBLE, mask.box.y, "mask-width",
                    G_TYPE_DOUBLE, mask.box.width, "mask-height", G_TYPE_DOUBLE, mask.box.height,
                    nullptr);
}

std::optional<TargetMask> get_mask(const GstStructure* structure) {
  GBytes* pixels = nullptr;
  TargetMask mask;
  const bool complete = gst_structure_get(
      structure, "mask", G_TYPE_BYTES, &pixels, "mask-columns", G_TYPE_INT, &mask.size.width,
      "mask-rows", G_TYPE_INT, &mask.size.height, "mask-x", G_TYPE_DOUBLE, &mask.box.x, "mask-y",
      G_TYPE_DOUBLE, &mask.box.y, "mask-width", G_TYPE_DOUBLE, &mask.box.width, "mask-height",
      G_TYPE_DOUBLE, &mask.box.height, nullptr);
  mask.pixels = {pixels, [](GBytes* bytes) {
                   if (bytes != nullptr) g_bytes_unref(bytes);
                 }};
  if (!complete || mask.size.width < 0 || mask.size.height < 0 ||
      g_bytes_get_size(pixels) !=
          static_cast<gsize>(mask.size.width) * static_cast<gsize>(mask.size.height)) {
    return std::nullopt;
  }
  return mask;
}

std::optional<RotatedBox> get_rotated(const GstStructure* structure) {
  RotatedBox box;
  if (!gst_structure_get(structure, "rotation", G_TYPE_DOUBLE, &box.angle, "rotated-x",
                         G_TYPE_DOUBLE, &box.centre_x, "rotated-y", G_TYPE_DOUBLE, &box.centre_y,
                         "rotated-width", G_TYPE_DOUBLE, &box.width, "rotated-height",
                         G_TYPE_DOUBLE, &box.height, nullptr)) {
    return std::nullopt;
  }
  return box;
}

}  // namespace

std::vector<Point> to_polygon(const std::optional<RotatedBox>& box) {
  std::vector<Point> polygon;
  if (!box) return polygon;
  for (const auto& [x, y] : corners(*box)) polygon.push_back({x, y});
  return polygon;
}

const char* to_string(TargetState state) { return kStateNames[static_cast<std::size_t>(state)]; }

TargetState state_from_string(const char* text) {
  for (std::size_t i = 0; text != nullptr && i < kStateNames.size(); ++i) {
    if (std::string_view(text) == kStateNames[i]) return static_cast<TargetState>(i);
  }
  return TargetState::kIdle;
}

void fill_structure(GstStructure* structure, const TargetRecord& record) {
  gst_structure_set(
      structure, "id", G_TYPE_UINT64, static_cast<guint64>(record.id), "label", G_TYPE_STRING,
      record.label.c_str(), "state", G_TYPE_STRING, to_string(record.state), "score", G_TYPE_DOUBLE,
      record.score, "x", G_TYPE_DOUBLE, record.box.x, "y", G_TYPE_DOUBLE, record.box.y, "width",
      G_TYPE_DOUBLE, record.box.width, "height", G_TYPE_DOUBLE, record.box.height, "predicted",
      G_TYPE_BOOLEAN, gboolean(record.predicted), "parent", G_TYPE_INT, record.parent, "age",
      G_TYPE_UINT, record.age, "unseen", G_TYPE_UINT, record.unseen, "velocity-x", G_TYPE_DOUBLE,
      record.velocity.x, "velocity-y", G_TYPE_DOUBLE, record.velocity.y, nullptr);
  if (record.rotated) {
    gst_structure_set(structure, "rotation", G_TYPE_DOUBLE, record.rotated->angle, "rotated-x",
                      G_TYPE_DOUBLE, record.rotated->centre_x, "rotated-y", G_TYPE_DOUBLE,
                      record.rotated->centre_y, "rotated-width", G_TYPE_DOUBLE,
                      record.rotated->width, "rotated-height", G_TYPE_DOUBLE,
                      record.rotated->height, nullptr);
  }
  set_points(structure, "polygon", record.polygon);
  set_points(structure, "trail", record.trail);
  if (record.mask) set_mask(structure, *record.mask);
}

GstStructure* to_structure(const TargetRecord& record, const char* name) {
  GstStructure* structure = gst_structure_new_empty(name);
  fill_structure(structure, record);
  return structure;
}

TargetRecord from_structure(const GstStructure* structure) {
  TargetRecord record;
  guint64 id = 0;
  if (gst_structure_get_uint64(structure, "id", &id)) record.id = id;
  if (const char* label = gst_structure_get_string(structure, "label")) record.label = label;
  record.state = state_from_string(gst_structure_get_string(structure, "state"));
  gst_structure_get_double(structure, "score", &record.score);
  gst_structure_get_double(structure, "x", &record.box.x);
  gst_structure_get_double(structure, "y", &record.box.y);
  gst_structure_get_double(structure, "width", &record.box.width);
  gst_structure_get_double(structure, "height", &record.box.height);
  gboolean predicted = FALSE;
  if (gst_structure_get_boolean(structure, "predicted", &predicted)) record.predicted = predicted;
  gst_structure_get_int(structure, "parent", &record.parent);
  gst_structure_get_uint(structure, "age", &record.age);
  gst_structure_get_uint(structure, "unseen", &record.unseen);
  gst_structure_get_double(structure, "velocity-x", &record.velocity.x);
  gst_structure_get_double(structure, "velocity-y", &record.velocity.y);
  record.rotated = get_rotated(structure);
  record.polygon = get_points(structure, "polygon");
  record.trail = get_points(structure, "trail");
  record.mask = get_mask(structure);
  return record;
}

void set_targets(GstStructure* structure, const char* field,
                 const std::vector<TargetRecord>& targets) {
  GValue list = G_VALUE_INIT;
  gst_value_array_init(&list, static_cast<guint>(targets.size()));
  for (const TargetRecord& record : targets) {
    GValue value = G_VALUE_INIT;
    g_value_init(&value, GST_TYPE_STRUCTURE);
    g_value_take_boxed(&value, to_structure(record, "target"));
    gst_value_array_append_and_take_value(&list, &value);
  }
  gst_structure_take_value(structure, field, &list);
}

}  // namespace siamtrack::bridge
