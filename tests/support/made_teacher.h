// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "training/task.h"
#include "training/teacher.h"

namespace siamtrack::testing {

/// A NanoTrack v3 with drawn weights.
inline nn::ModelFile made_teacher(std::uint64_t seed = 7) {
  const training::NanoTrackSteps steps;
  nn::ModelFile file;
  file.metadata = {{"architecture", "nanotrack"}};
  file.weights = training::nanotrack_initial_weights(steps.layers(), 1, seed);
  for (auto& [key, tensor] : file.weights) {
    if (tensor.dim() == 2) tensor = tensor * 0.1;
  }
  return file;
}

/// Two pairs of noise: one with a target, one without.
inline training::Batch noise_batch() {
  at::manual_seed(3);
  training::Batch made;
  made.exemplars = at::randint(256, {2, 127, 127, 3}, at::kByte);
  made.searches = at::randint(256, {2, 255, 255, 3}, at::kByte);
  made.targets = {Box::from_centre(120, 130, 60, 50), std::nullopt};
  return made;
}

/// A part of the loss by its name.
inline double part(const training::StepLoss& loss, const std::string& name) {
  for (const auto& [key, tensor] : loss.parts) {
    if (key == name) return tensor.item<double>();
  }
  ADD_FAILURE() << "no part " << name;
  return 0;
}

}  // namespace siamtrack::testing
