// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "siamtrack/frame_view.h"
#include "siamtrack/model.h"

namespace siamtrack {

/// How long one stage of a frame took over several runs, ms.
struct StageTime {
  std::string stage;  ///< "crop", "forward", "decode" (one look at one target), "exemplar" (one
                      ///< target), "outline" (one target, of systems that draw them after all
                      ///< looks) or "update" (everything for all targets)
  double least = 0;
  double median = 0;
};

/// Times the stages of a frame one by one, and update_all() for `targets` targets as a whole, each
/// after a first run that is not counted. Targets are squares of a sixth of the frame's height.
///
/// Requires  targets > 0, repeats > 0
/// Throws    as Track and update_all()
std::vector<StageTime> time_stages(const std::shared_ptr<const Model>& model,
                                   const FrameView& frame, int targets, int repeats);

/// Times the network alone, without any model file: the system that `metadata` describes with drawn
/// weights (nn/drawn_weights.h), on drawn patches.
///
/// @param targets  sizes of the batches, each > 0
/// @return         for each of `targets`, stage "forward": System::respond() for the whole batch
/// Throws  Error(kModelInvalid | kDevice)
std::vector<StageTime> time_forward(const nlohmann::json& metadata, const ModelOptions& options,
                                    const std::vector<int>& targets, int repeats);

}  // namespace siamtrack
