// SPDX-License-Identifier: LGPL-2.1-or-later
#include "analytics_meta.h"

namespace siamtrack::bridge {

void add_analytics_metas(GstBuffer*, const FrameRecord&, const std::vector<SeenTimes>&) {}

std::vector<TargetRecord> read_analytics_targets(GstBuffer*,
                                                 const std::function<bool(const TargetRecord&)>&) {
  return {};
}

}  // namespace siamtrack::bridge
