// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <vector>

#include "requests.h"
#include "targets.h"

namespace siamtrack::tracker {

/// Targets to start from what detectors upstream attached to the buffer (properties init-from and
/// init-label), as many as there is room for. A detection that overlaps a followed target is that
/// target; one that check_box() refuses is passed over.
///
/// @param check_box  of the core
std::vector<InitRequest> seeds(GstBuffer* buffer, const Settings& settings, const Targets& targets,
                               Size frame, std::string (*check_box)(const Box&, Size));

}  // namespace siamtrack::tracker
