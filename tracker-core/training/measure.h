// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "training/trainer.h"

namespace siamtrack::training {

/// Where the time of a training step goes; medians, s.
struct StepTime {
  double network = 0;  ///< forward, loss and backward alone, on a batch that lies ready
  double step = 0;     ///< the trainer's whole step: waiting for the loader, optimiser and all
  double loader = 0;   ///< making one batch, with nothing else to do
  double waiting = 0;  ///< fraction of the steps spent waiting for the loader
};

/// Times `steps` steps of a run that is thrown away, after as many to warm up.
/// @param options  `folder`, `stop_at`, `report` and `report_every` have no effect
/// Throws  as train(); Error(kInvalidArgument) when the recipe has fewer steps
StepTime measure_step(const Task& task, const Recipe& recipe, const MakeBatch& make,
                      TrainOptions options, int steps);

}  // namespace siamtrack::training
