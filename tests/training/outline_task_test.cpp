// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/outline_task.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "made_teacher.h"
#include "outlined_batch.h"
#include "siamtrack/error.h"
#include "task_checks.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::made_teacher;
using siamtrack::testing::outlined_batch;

const nlohmann::json kTracker = {{"architecture", "nanotrack"},
                                 {"confidence", {{"slope", 0.5}}},
                                 {"hyper_parameters", {{"looks", 2}}}};

/// @param side  of the search patch, px
Recipe recipe(int side = 255) {
  Recipe made;
  made.pairs.instance_size = side;
  made.name = "test";
  made.architecture = "nanotrack";
  made.backbone = "mobilenetv3-v3";
  made.backbone_rate = 0.25;
  made.outline = {.context = side * 3 / 4, .before = 0.5, .boxes = 1, .likeness = 1};
  return made;
}

TEST(OutlineTask, TrainsTheOutlinesAlone) {
  const OutlineTask task(recipe(), kTracker);
  nn::Weights weights = task.initial_weights(1);
  const nn::Weights before = detached(weights);
  trained_parameters(task, weights, 0);
  task.loss(weights, outlined_batch(3, 255), 0).total.backward();
  for (const auto& [key, tensor] : weights) {
    if (!key.starts_with("outline.")) {
      EXPECT_FALSE(tensor.requires_grad()) << key;
      EXPECT_TRUE(at::equal(tensor, before.at(key))) << key << ": statistics stand still too";
    } else if (tensor.requires_grad()) {
      ASSERT_TRUE(tensor.grad().defined()) << key;
      EXPECT_TRUE(tensor.grad().isfinite().all().item<bool>()) << key;
    }
  }
  EXPECT_EQ(task.rate_factor("backbone.features.0.0.weight", 0), 0);
  EXPECT_EQ(task.rate_factor("outline.backbone.features.0.0.weight", 0), 0.25);
  EXPECT_EQ(task.rate_factor("outline.predict.weight", 0), 1);
}

TEST(OutlineTask, BeginsWithTheTrackersBackbone) {
  const OutlineTask task(recipe(), kTracker);
  nn::Weights weights = task.initial_weights(1);
  const nn::Weights tracker = made_teacher().weights;
  const Imported imported = task.import_weights({tracker, kTracker}, weights);
  EXPECT_TRUE(imported.unused.empty());
  for (const auto& [key, tensor] : tracker) {
    EXPECT_TRUE(at::equal(weights.at(key), tensor)) << key;
    if (key.starts_with("backbone.")) {
      EXPECT_TRUE(at::equal(weights.at("outline." + key), tensor)) << key;
    }
  }
  // Its own result gives it its own backbone back.
  nn::Weights changed = task.export_weights(weights);
  changed.at("outline.backbone.features.0.0.weight").add_(1);
  EXPECT_TRUE(task.import_weights({changed, kTracker}, weights).missing.empty());
  EXPECT_TRUE(at::equal(weights.at("outline.backbone.features.0.0.weight"),
                        changed.at("outline.backbone.features.0.0.weight")));
}

TEST(OutlineTask, LearnsABatch) {
  OptimiserRecipe adamw;
  adamw.kind = "adamw";
  const auto [first, last] = siamtrack::testing::losses_of_steps(
      OutlineTask(recipe(127), kTracker), adamw, outlined_batch(4, 127), 12, 3e-3, "overlap");
  EXPECT_LT(last, 0.7 * first);
}

TEST(OutlineTask, RunsInBfloat16) {
  siamtrack::testing::expect_runs_in_bfloat16(
      [](const Recipe& made) { return OutlineTask(made, kTracker); }, recipe(127),
      outlined_batch(3, 127));
}

TEST(OutlineTask, ItsModelTracks) {
  const OutlineTask task(recipe(), kTracker);
  siamtrack::testing::expect_model_tracks(task, task.initial_weights(1));
}

TEST(OutlineTask, KeepsWhatTheTrackersFileSaysOfTracking) {
  const nlohmann::json data = OutlineTask(recipe(), kTracker).metadata({});
  EXPECT_EQ(data.at("confidence"), kTracker.at("confidence"));
  EXPECT_EQ(data.at("outline"), true);
  const nlohmann::json expected = {{"looks", 2}, {"outline_context", 191}, {"outline_size", 255}};
  EXPECT_EQ(data.at("hyper_parameters"), expected);
}

TEST(OutlineTask, TheSameMomentIsTheSameStep) {
  const OutlineTask task(recipe(127), kTracker);
  const Batch batch = outlined_batch(3, 127);
  const auto loss = [&](double progress) {
    return task.loss(task.initial_weights(1), batch, progress).total.item<double>();
  };
  EXPECT_EQ(loss(0.25), loss(0.25));
  EXPECT_NE(loss(0.25), loss(0.5)) << "what the network is told differs";
}

TEST(OutlineTask, RefusesPatchesThatCannotBe) {
  Recipe odd = recipe();
  odd.pairs.instance_size = 250;
  EXPECT_THROW(OutlineTask(odd, kTracker), Error);
}

}  // namespace
}  // namespace siamtrack::training
