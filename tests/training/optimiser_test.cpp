// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/optimiser.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tiny_run.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::expect_equal;
using siamtrack::testing::TinyTask;

/// A task whose second weight gets a gradient in every third step alone.
class HalfTask final : public TinyTask {
 public:
  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override {
    nn::Weights used = weights;
    if (std::lround(20 * progress) % 3 != 0) {
      used.at("b.weight") = used.at("b.weight").detach();
    }
    return TinyTask::loss(used, batch, progress);
  }
};

using PartlyTaught = siamtrack::testing::TinyRun;

TEST_F(PartlyTaught, ResumedEqualsUninterrupted) {
  recipe_.unfreeze = {{0.5, 1}};
  for (const char* kind : {"sgd", "adamw"}) {
    recipe_.optimiser.kind = kind;
    const Checkpoint whole = run(std::string(kind) + "-whole", -1, HalfTask());
    for (const std::int64_t end : {13, 14, 17, 20}) {  // 12 teaches all, 13 and 14 do not
      EXPECT_EQ(run(std::string(kind) + "-legs", end, HalfTask()).step, end);
    }
    const Checkpoint legs = run(std::string(kind) + "-legs", -1, HalfTask());
    expect_equal(legs.weights, whole.weights);
    expect_equal(legs.average, whole.average);
    EXPECT_NE(whole.weights.at("b.weight").item<float>(), 0) << "not learnt";
  }
}

TEST(Optimiser, LeavesATensorWithoutAGradientAlone) {
  OptimiserRecipe recipe;
  recipe.kind = "adamw";
  recipe.weight_decay = 0.1;
  const at::Tensor kernel = at::ones({1, 1, 1, 1}).requires_grad_();
  Optimiser optimiser(recipe, {{kernel, 1}});
  kernel.sum().backward();
  optimiser.step(0.5);
  const at::Tensor before = kernel.detach().clone();
  optimiser.zero_gradients();
  EXPECT_FALSE(kernel.grad().defined());
  optimiser.step(0.5);
  EXPECT_TRUE(at::equal(kernel, before));
}

}  // namespace
}  // namespace siamtrack::training
