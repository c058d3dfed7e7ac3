// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <glib-object.h>

#include <string>
#include <vector>

#include "bridge/property_table.h"
#include "enums.h"
#include "siamtrack/config.h"

namespace siamtrack::tracker {

/// cvtracker's way to give the box: four properties; nothing until width and height are set.
struct InitialObject {
  unsigned x = 0;
  unsigned y = 0;
  unsigned width = 0;
  unsigned height = 0;
  bool given() const { return width > 0 && height > 0; }
};

/// A value of the property box.
struct GivenBox {
  std::string text;
  guint64 due = 0;  ///< stream time from which on it is meant, ns
};

/// Every writable property of the element, with its default.
struct Settings {
  std::string model = "default";
  ModelOptions options;
  std::vector<GivenBox> boxes;  ///< oldest first; box set to "" empties it
  guint64 box_time = 0;         ///< `due` of the boxes to come
  Units units = Units::kPixels;
  std::string init_file;  ///< see Script
  unsigned init_from = kInitFromBox | kInitFromEvent;
  std::string init_label;
  double click_size = 0.12;  ///< of the frame's shorter side
  unsigned max_targets = 1;
  std::string label = "object";
  TrackConfig track;
  guint64 lost_timeout = 0;  ///< ns, 0 = never
  unsigned interval = 1;
  LatePolicy late_policy = LatePolicy::kCoast;
  unsigned reset_on = kResetOnFlush;
  unsigned output = kOutputRoi | kOutputMeta | kOutputAnalytics;
  Messages messages = Messages::kState;
  unsigned trail_length = 0;
  InitialObject initial;
};

/// More targets than this are not followed by one element.
inline constexpr unsigned kMaxTargets = 256;

/// The properties. Who uses it guards the settings.
const bridge::PropertyTable<Settings>& settings_table();

}  // namespace siamtrack::tracker
