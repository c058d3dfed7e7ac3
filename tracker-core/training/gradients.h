// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <span>

#include "training/recipe.h"
#include "training/task.h"

namespace siamtrack::training {

/// Adds one step's gradients to those of the trained weights: the mean over its micro-batches,
/// which go through the network one after another as they did side by side through the GPUs of a
/// paper (gradient accumulation). Memory for activations is that of one of them, and normalisations
/// see one at a time.
/// @param step   of the run
/// @return       the losses, means over the micro-batches, without gradient
/// Throws  as Task::loss(); Error(kOutOfMemory) naming how many pairs were too many
StepLoss accumulate_gradients(const Task& task, const Recipe& recipe, const nn::Weights& weights,
                              std::span<const Batch> micro_batches, std::int64_t step);

}  // namespace siamtrack::training
