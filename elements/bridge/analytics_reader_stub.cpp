// SPDX-License-Identifier: LGPL-2.1-or-later
#include "target_reader.h"

namespace siamtrack::bridge {

std::vector<TargetRecord> read_analytics_targets(GstBuffer*) { return {}; }

}  // namespace siamtrack::bridge
