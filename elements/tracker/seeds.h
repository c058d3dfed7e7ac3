// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <vector>

#include "requests.h"

namespace siamtrack::tracker {

/// Targets to start from what detectors upstream attached to the buffer (properties init-from and
/// init-label), as many as there is room for. A detection that overlaps a followed target is that
/// target; one that check_box() refuses is passed over.
///
/// @param taken      boxes of the targets that are not lost, and of those about to be started
/// @param check_box  of the core
std::vector<InitRequest> seeds(GstBuffer* buffer, const Settings& settings, std::vector<Box> taken,
                               Size frame, std::string (*check_box)(const Box&, Size));

/// Whether a detection shows what one of the boxes is about.
bool is_taken(const Box& detection, const std::vector<Box>& taken);

}  // namespace siamtrack::tracker
