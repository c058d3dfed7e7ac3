// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "bridge/target_record.h"

/// Where a target was, frame by frame.
namespace siamtrack::tracker {

inline bridge::Point centre(const Box& box) { return {box.centre_x(), box.centre_y()}; }

/// Adds the box's centre to the record's trail, which keeps the latest `length`.
inline void extend_trail(bridge::TargetRecord& record, unsigned length) {
  if (length > 0) record.trail.push_back(centre(record.box));
  if (record.trail.size() > length) {
    record.trail.erase(record.trail.begin(), record.trail.end() - length);
  }
}

}  // namespace siamtrack::tracker
