// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "row_report.h"
#include "siamtrack/config.h"

namespace siamtrack::tools {

/// What `siamtrack bench --systems` measures.
struct SystemBench {
  std::vector<std::string> names;  ///< systems ("siamrpn++"), configurations, or "all"
  std::vector<int> targets;        ///< sizes of the batches
  int repeats = 30;
};

/// For every named configuration (systems/configurations.h) with drawn weights: parameters,
/// multiply-adds of one update, time of the forward pass for each size of batch, GFLOP/s reached,
/// and the time as a part of SiamFC+'s on the same backbone in the same run.
/// Throws  Error(kInvalidArgument) for a name that nothing has, listing those there are
void bench_systems(const SystemBench& bench, const ModelOptions& options, RowReport& report);

}  // namespace siamtrack::tools
