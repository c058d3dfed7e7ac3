// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/distill_task.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "made_teacher.h"
#include "nn/backbones/backbones.h"
#include "siamtrack/error.h"
#include "task_checks.h"
#include "training/optimiser.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::made_teacher;
using siamtrack::testing::noise_batch;
using siamtrack::testing::part;

Recipe recipe() {
  Recipe made;
  made.name = "test";
  made.architecture = "nanotrack";
  made.backbone = "mobilenetv3-v3";
  made.distill.forced = 0;
  return made;
}

TEST(NanoTrackSteps, AgreeWithTheNetworkThatTracks) {
  const NanoTrackSteps steps;
  const nn::Weights weights = made_teacher().weights;
  const at::Tensor z = at::rand({2, 3, 127, 127}) * 255;
  const at::Tensor x = at::rand({2, 3, 255, 255}) * 255;
  const NanoTrackSteps::Output output = steps.run(
      weights, z, x, nn::Mode::kEval, [](int, const at::Tensor& result) { return result; });
  const nn::Backbone backbone = nn::mobilenet_v3_nanotrack(3, "backbone.");
  const auto features = [&](const at::Tensor& patch) {
    return nn::forward(backbone, weights, patch, nn::Mode::kEval).front();
  };
  const nn::NanoTrackOutput expected = nn::nanotrack_head(
      nn::nanotrack_head_blueprint({}), weights, features(z), features(x), nn::Mode::kEval);
  EXPECT_TRUE(at::allclose(output.logits, expected.classification, 1e-4, 1e-5));
  EXPECT_TRUE(at::allclose(output.log_distances, expected.log_distances, 1e-4, 1e-5));
}

TEST(DistillTask, HasNothingToLearnFromItself) {
  Recipe own = recipe();
  own.distill.frozen_statistics = 0;
  const DistillTask task(own, made_teacher());
  const StepLoss loss = task.loss(made_teacher().weights, noise_batch(), 0.5);
  EXPECT_NEAR(part(loss, "classes"), 0, 1e-5);
  EXPECT_NEAR(part(loss, "sides"), 0, 1e-4);
  EXPECT_NEAR(part(loss, "features"), 2 * std::log(0.1), 1e-3);  // the floor, twice
}

TEST(DistillTask, StartsFarFromTheTeacherAndEveryTensorGetsAGradient) {
  const DistillTask task(recipe(), made_teacher());
  nn::Weights weights = task.initial_weights(1);
  trained_parameters(task, weights, 0);
  const StepLoss loss = task.loss(weights, noise_batch(), 0);
  EXPECT_GT(part(loss, "features"), -2);
  loss.total.backward();
  for (const auto& [key, tensor] : weights) {
    if (!tensor.requires_grad()) continue;
    ASSERT_TRUE(tensor.grad().defined()) << key;
    EXPECT_TRUE(tensor.grad().isfinite().all().item<bool>()) << key;
  }
}

TEST(DistillTask, ForcedStepsTakeTheTeachersInput) {
  Recipe forced = recipe();
  forced.distill.forced = 1;
  const DistillTask task(forced, made_teacher());
  nn::Weights weights = task.initial_weights(1);
  const nn::Weights taught = made_teacher().weights;
  // A student whose last steps are the teacher's answers as the teacher when it is given the
  // teacher's inputs, whatever its first steps do. The prediction is no step: it is the student's.
  for (const std::string key : {"ban_head.cls_logits.0.weight", "ban_head.cls_logits.0.bias"}) {
    weights.at(key) = taught.at(key);
  }
  EXPECT_NEAR(part(task.loss(weights, noise_batch(), 0), "classes"), 0, 1e-5);
}

TEST(DistillTask, RunsInBfloat16) {
  Recipe forced = recipe();
  forced.distill.forced = 0.5;
  siamtrack::testing::expect_runs_in_bfloat16(
      [](const Recipe& made) { return DistillTask(made, made_teacher()); }, forced, noise_batch());
}

TEST(DistillTask, StatisticsStandStillLate) {
  const DistillTask task(recipe(), made_teacher());
  nn::Weights weights = task.initial_weights(1);
  const std::string key = "backbone.features.0.1.running_mean";
  task.loss(weights, noise_batch(), 0.99);
  EXPECT_EQ(weights.at(key).abs().sum().item<float>(), 0);
  task.loss(weights, noise_batch(), 0);
  EXPECT_NE(weights.at(key).abs().sum().item<float>(), 0);
}

TEST(DistillTask, RefusesAnotherNetworkAsTeacher) {
  nn::ModelFile other = made_teacher();
  other.metadata["architecture"] = "siamfc";
  EXPECT_THROW(DistillTask(recipe(), other), Error);
  nn::ModelFile partial = made_teacher();
  partial.weights.erase("ban_head.cls_logits.0.bias");
  EXPECT_THROW(DistillTask(recipe(), partial), Error);
}

}  // namespace
}  // namespace siamtrack::training
