// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/ATen.h>

#include "training/batch.h"

namespace siamtrack::testing {

/// Patches with a bright box that the mask covers; the last pair has no known mask.
inline training::Batch outlined_batch(int count, int instance) {
  training::Batch batch;
  at::manual_seed(7);
  batch.exemplars = at::randint(256, {count, 127, 127, 3}, at::kByte);
  batch.searches = at::randint(256, {count, instance, instance, 3}, at::kByte);
  batch.masks = at::zeros({count, instance, instance}, at::kByte);
  const int low = instance / 2 - 30;
  const Box box{static_cast<double>(low), static_cast<double>(low), 60, 60};
  for (int i = 0; i < count; ++i) {
    batch.targets.emplace_back(box);
    batch.distractors.emplace_back();
    batch.outlined.push_back(i + 1 < count);
    const auto place = [&](const at::Tensor& all) {
      return all[i].slice(0, low, low + 60).slice(1, low, low + 60);
    };
    place(batch.searches).fill_(250);
    if (batch.outlined.back()) place(batch.masks).fill_(255);
  }
  return batch;
}

}  // namespace siamtrack::testing
