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

/// A step in bfloat16 has the loss of a step in float but for rounding, and useful gradients.
/// @param make  the task of a recipe
template <class Make>
void expect_runs_in_bfloat16(const Make& make, training::Recipe recipe,
                             const training::Batch& batch) {
  constexpr double kRounding = 0.05;
  const auto exact = make(recipe);
  recipe.bf16 = true;
  const auto rough = make(recipe);
  const at::Tensor wanted = exact.loss(exact.initial_weights(1), batch, 0).total;
  const double expected = wanted.item<double>();
  nn::Weights weights = rough.initial_weights(1);
  training::trained_parameters(rough, weights, 0);
  const at::Tensor found = rough.loss(weights, batch, 0).total;
  EXPECT_EQ(found.scalar_type(), at::kFloat);
  EXPECT_NEAR(found.item<double>(), expected, kRounding * std::abs(expected));
  found.backward();
  int learning = 0;  // a recipe may leave parts of the network unused
  for (const auto& [key, tensor] : weights) {
    if (!tensor.grad().defined()) continue;
    ++learning;
    EXPECT_TRUE(tensor.grad().isfinite().all().template item<bool>()) << key;
  }
  EXPECT_GT(learning, 0);
}

/// Writes the task's model file, loads it and follows something with it.
inline void expect_model_tracks(const training::Task& task, const nn::Weights& weights) {
  const SmallTree tree;
  const std::string path = tree.path("model.safetensors");
  nn::write_model_file(path, {task.export_weights(weights), task.metadata(weights)});
  const auto model = Model::load(path);
  EXPECT_EQ(task.metadata(weights).at("architecture"), model->info().architecture);
  const auto picture = textured_square({320, 240}, 140, 100, 40);
  Track track(model, {.lost_threshold = 0}, picture.view(), {140, 100, 40, 40});
  EXPECT_TRUE(std::isfinite(track.update(picture.view()).box.width));
}

}  // namespace siamtrack::testing
