// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/template_size.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "made_teacher.h"
#include "training/student_task.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::made_teacher;
using siamtrack::testing::noise_batch;
using siamtrack::testing::part;

TEST(TemplateSize, TheSameSizeChangesNothing) {
  const nn::Weights weights = made_teacher().weights;
  for (const auto& [key, tensor] : with_template_side(weights, 8, 8)) {
    EXPECT_TRUE(at::allclose(tensor, weights.at(key), 1e-5, 1e-6)) << key;
  }
}

TEST(TemplateSize, InterpolatesWhatMakesAndReadsTheMaps) {
  nn::Weights weights = made_teacher().weights;
  weights.at("ban_head.corr_pw_cls.conv.3.bias") = at::arange(64, at::kFloat);
  const nn::Weights six = with_template_side(weights, 8, 6);
  // Cell (0, 0) of six lies at (1/6, 1/6) of eight: 1/6 of a row of 8 and 1/6 of a column on.
  EXPECT_NEAR(six.at("ban_head.corr_pw_cls.conv.3.bias")[0].item<float>(), 9.0 / 6, 1e-5);
  EXPECT_EQ(six.at("ban_head.corr_pw_cls.conv.3.weight").sizes(), (at::IntArrayRef{36, 36, 1, 1}));
  EXPECT_EQ(six.at("ban_head.corr_pw_cls.conv.0.weight").sizes(), (at::IntArrayRef{36, 1, 2, 2}));
  const at::Tensor& down = six.at("ban_head.down_cls.0.weight");
  EXPECT_EQ(down.sizes(), (at::IntArrayRef{96, 132, 1, 1}));
  const at::Tensor& before = weights.at("ban_head.down_cls.0.weight");
  EXPECT_TRUE(down.narrow(1, 36, 96).equal(before.narrow(1, 64, 96)));
  EXPECT_TRUE(at::allclose(down.narrow(1, 0, 36).sum(1), before.narrow(1, 0, 64).sum(1), 1e-4, 1e-5))
      << "maps that are all alike are read as before";
}

TEST(TemplateSize, AStudentOfAnotherSizeTakesItsTeacherOver) {
  Recipe recipe;
  recipe.name = "test";
  recipe.architecture = "nanotrack";
  recipe.student = {"v3", 1, 95, 191};
  const StudentTask task(recipe, made_teacher());
  nn::ModelFile model = made_teacher();
  model.metadata["exemplar_size"] = 127;
  model.weights["outline.after.1.bias"] = at::zeros({64});  // of the default's other network
  nn::Weights weights = task.initial_weights(1);
  EXPECT_EQ(task.import_weights(model, weights).taken, static_cast<int>(weights.size()));
  EXPECT_TRUE(weights.at("ban_head.cls_logits.0.weight")
                  .equal(model.weights.at("ban_head.cls_logits.0.weight")));
  EXPECT_TRUE(std::isfinite(part(task.loss(weights, noise_batch(), 0.5), "classes")));
}

}  // namespace
}  // namespace siamtrack::training
