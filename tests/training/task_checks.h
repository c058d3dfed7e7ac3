// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

#include "nn/safetensors.h"
#include "siamtrack/track.h"
#include "small_tree.h"
#include "synthetic.h"
#include "training/optimiser.h"

/// What the tests of several tasks ask of them.
namespace siamtrack::testing {

/// Trains fresh weights on one batch.
/// @param part  whose loss is returned; empty: the total
/// @return      the loss at the first and at the last step
inline std::pair<double, double> losses_of_steps(const training::Task& task,
                                                 const training::OptimiserRecipe& recipe,
                                                 const training::Batch& batch, int steps,
                                                 double rate, const std::string& part = "") {
  nn::Weights weights = task.initial_weights(1);
  training::Optimiser optimiser(recipe, training::trained_parameters(task, weights, 0));
  double first = 0, last = 0;
  for (int step = 0; step < steps; ++step) {
    optimiser.zero_gradients();
    const training::StepLoss loss = task.loss(weights, batch, 0);
    last = loss.total.item<double>();
    for (const auto& [name, value] : loss.parts) {
      if (name == part) last = value.item<double>();
    }
    if (step == 0) first = last;
    loss.total.backward();
    optimiser.step(rate);
  }
  return {first, last};
}

/// Writes the task's model file, loads it and follows something with it.
inline void expect_model_tracks(const training::Task& task, const nn::Weights& weights) {
  const SmallTree tree;
  const std::string path = tree.path("model.safetensors");
  nn::write_model_file(path, {task.export_weights(weights), task.metadata(weights)});
  const auto model = Model::load(path);
  EXPECT_EQ(model->info().architecture, task.metadata(weights).at("architecture"));
  const auto picture = textured_square({320, 240}, 140, 100, 40);
  Track track(model, {.lost_threshold = 0}, picture.view(), {140, 100, 40, 40});
  EXPECT_TRUE(std::isfinite(track.update(picture.view()).box.width));
}

}  // namespace siamtrack::testing
