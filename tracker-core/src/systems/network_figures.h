// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "nn/analysis.h"

namespace siamtrack {

/// What a tracker's network holds and costs, read off its blueprint without any weights.
struct NetworkFigures {
  std::vector<nn::TensorSpec> tensors;
  int exemplar_size = 0;  ///< side of the exemplar patch, px
  int instance_size = 0;  ///< side of the search patch, px
  /// Multiplications of one update of one target, all its search patches, as run on them: with
  /// crops folded (rewrite.h), biases and normalisation not counted.
  std::int64_t macs = 0;
};

/// The figures of the system that make_system() would build from `metadata`.
/// Throws  Error(kModelInvalid) as make_system()
NetworkFigures network_figures(const nlohmann::json& metadata);

}  // namespace siamtrack
