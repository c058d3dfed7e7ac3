// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/student_task.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "made_teacher.h"
#include "siamtrack/error.h"
#include "siamtrack/model.h"
#include "task_checks.h"
#include "training/optimiser.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::made_teacher;
using siamtrack::testing::noise_batch;
using siamtrack::testing::part;

Recipe recipe(const StudentRecipe& student) {
  Recipe made;
  made.name = "test";
  made.architecture = "nanotrack";
  made.student = student;
  return made;
}

TEST(StudentTask, HasNothingToLearnFromItself) {
  Recipe same = recipe({});
  same.distill.frozen_statistics = 0;
  const StudentTask task(same, made_teacher());
  const StepLoss loss = task.loss(made_teacher().weights, noise_batch(), 0.5);
  EXPECT_NEAR(part(loss, "classes"), 0, 1e-5);
  EXPECT_NEAR(part(loss, "sides"), 0, 1e-4);
}

TEST(StudentTask, EveryTensorOfEveryShapeGetsAGradient) {
  for (const StudentRecipe& student :
       {StudentRecipe{"v1", 0.5, 95, 191}, StudentRecipe{"v2", 0.5, 127, 255},
        StudentRecipe{"v3", 1.5, 95, 191}, StudentRecipe{"v3", 0.5, 191, 383}}) {
    const StudentTask task(recipe(student), made_teacher());
    nn::Weights weights = task.initial_weights(1);
    trained_parameters(task, weights, 0);
    task.loss(weights, noise_batch(), 0).total.backward();
    for (const auto& [key, tensor] : weights) {
      if (!tensor.requires_grad()) continue;
      ASSERT_TRUE(tensor.grad().defined()) << student.version << " " << key;
      EXPECT_TRUE(tensor.grad().isfinite().all().item<bool>()) << student.version << " " << key;
    }
  }
}

TEST(StudentTask, LargerPatchesAreScaledForTheTeacher) {
  Recipe same = recipe({});
  same.pairs.exemplar_size = 254;
  same.pairs.instance_size = 510;
  same.distill.frozen_statistics = 0;
  const auto enlarged = [](const at::Tensor& patches) {
    return patches.repeat_interleave(2, 1).repeat_interleave(2, 2);
  };
  Batch batch = noise_batch();
  const Batch small = batch;
  batch.exemplars = enlarged(batch.exemplars);
  batch.searches = enlarged(batch.searches);
  for (auto& box : batch.targets) {
    if (box) box = Box{2 * box->x, 2 * box->y, 2 * box->width, 2 * box->height};
  }
  const StudentTask task(same, made_teacher());
  const StepLoss loss = task.loss(made_teacher().weights, batch, 0.5);
  EXPECT_NEAR(part(loss, "classes"), 0, 1e-5);
  EXPECT_NEAR(part(loss, "sides"), 0, 1e-4);
  const StepLoss expected =
      StudentTask(recipe({}), made_teacher()).loss(made_teacher().weights, small, 0.5);
  EXPECT_NEAR(part(loss, "labels"), part(expected, "labels"), 1e-4);
}

TEST(StudentTask, RunsInBfloat16) {
  siamtrack::testing::expect_runs_in_bfloat16(
      [](const Recipe& made) { return StudentTask(made, made_teacher()); },
      recipe({"v1", 0.5, 95, 191}), noise_batch());
}

TEST(StudentTask, ItsModelTracks) {
  const StudentTask task(recipe({"v1", 0.5, 95, 191}), made_teacher());
  const nn::Weights weights = task.initial_weights(1);
  siamtrack::testing::expect_model_tracks(task, weights);
  EXPECT_EQ(task.metadata(weights).at("exemplar_size"), 95);
  EXPECT_EQ(task.metadata(weights).at("instance_size"), 191);
}

TEST(StudentTask, RefusesStudentsThatCannotBe) {
  EXPECT_THROW(StudentTask(recipe({"v4", 1, 127, 255}), made_teacher()), Error);
  EXPECT_THROW(StudentTask(recipe({"v3", 1, 111, 223}), made_teacher()), Error);
  EXPECT_THROW(StudentTask(recipe({"v3", 0.1, 127, 255}), made_teacher()), Error);
  EXPECT_THROW(StudentTask(recipe({"v3", 5, 127, 255}), made_teacher()), Error);
  EXPECT_THROW(StudentTask(recipe({"v3", 1, 127, 303}), made_teacher()), Error);
}

}  // namespace
}  // namespace siamtrack::training
