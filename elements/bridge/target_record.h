// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "siamtrack/box.h"

namespace siamtrack::bridge {

/// What the world is told about one target.
enum class TargetState {
  kIdle,        ///< not followed yet
  kTracking,    ///< the box is believed
  kUncertain,   ///< the box is the best guess
  kLost,        ///< the box is where the target was last believed
  kTerminated,  ///< removed; appears in messages only
};

/// Frame pixels.
struct Point {
  double x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
};

/// Bitmap of the target, stretched over `box`; 0 or 255 per pixel, row by row.
struct TargetMask {
  Box box;
  Size size;
  std::shared_ptr<GBytes> pixels;  ///< size.width * size.height bytes
  bool operator==(const TargetMask&) const = default;
};

/// One target in one frame: the single shape in which metas, bus messages and the property
/// `targets` speak of it. All lengths in pixels of the frame it belongs to.
struct TargetRecord {
  std::uint64_t id = 0;  ///< unique in the process, from 1
  std::string label = "object";
  TargetState state = TargetState::kIdle;
  double score = 0;        ///< confidence, [0, 1]
  Box box;                 ///< not clipped to the frame
  bool predicted = false;  ///< the box is extrapolated: no tracking step ran on this frame
  int parent = 0;          ///< id of the region of interest the target was started from, 0 = none
  std::optional<RotatedBox> rotated;
  std::vector<Point> polygon;  ///< outline, the rotated box's corners; empty: none
  std::optional<TargetMask> mask;
  unsigned age = 0;          ///< frames since the target was given
  unsigned unseen = 0;       ///< frames since it was last believed
  Point velocity;            ///< px per frame
  std::vector<Point> trail;  ///< centres of the latest frames, oldest first
};

/// All targets of one frame and the frame size their coordinates refer to.
struct FrameRecord {
  Size frame;
  std::vector<TargetRecord> targets;
};

/// The box's corners, as corners() orders them; empty without a box.
std::vector<Point> to_polygon(const std::optional<RotatedBox>& box);

/// "idle", "tracking", "uncertain", "lost", "terminated".
const char* to_string(TargetState state);

/// The state of that name; kIdle for any other text.
TargetState state_from_string(const char* text);

/// Adds the record's fields to a structure:
/// id (guint64), label, state (string), score, x, y, width, height (double), predicted (boolean),
/// parent (int), age, unseen (uint), velocity-x, velocity-y (double), and where present rotation
/// (radians, clockwise) with rotated-x, -y (centre), -width, -height; polygon, trail (arrays of
/// double x, y, x, y ...); mask (GBytes) with mask-columns, mask-rows (int), mask-x, -y, -width,
/// -height.
void fill_structure(GstStructure* structure, const TargetRecord& record);

/// A new structure of that name with the record's fields. The caller owns it.
GstStructure* to_structure(const TargetRecord& record, const char* name);

/// What fill_structure() wrote; fields that are absent keep their defaults.
TargetRecord from_structure(const GstStructure* structure);

/// Sets the field `field` of `structure` to a GstValueArray of structures, one per target.
void set_targets(GstStructure* structure, const char* field,
                 const std::vector<TargetRecord>& targets);

}  // namespace siamtrack::bridge
