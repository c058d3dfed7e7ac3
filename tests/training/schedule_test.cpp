// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/schedule.h"

#include <gtest/gtest.h>

#include "training/recipe.h"

namespace siamtrack::training {
namespace {

void expect_rates(const std::vector<double>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 6e-7) << i;
}

TEST(Schedule, LogSpaceEqualsPysot) {
  expect_rates(log_space(5e-3, 5e-4, 15),
               {.005, .004242, .003598, .003053, .00259, .002197, .001864, .001581, .001341,
                .001138, .000965, .000819, .000695, .000589, .0005});
}

TEST(Schedule, WarmUpEqualsSiamMask) {
  expect_rates(
      warm_up_log_space(1e-3, 5, 5e-3, 2.5e-3, 20),
      {.001,    .00138,  .001904, .002627, .003624, .005,    .004758, .004529, .00431,  .004102,
       .003904, .003715, .003536, .003365, .003202, .003048, .0029,   .00276,  .002627, .0025});
}

TEST(Schedule, ExponentialDecayOfSiamFcPytorch) {
  // ExponentialLR with gamma = 0.870964 over 50 epochs goes from 1e-2 to 1e-5 in 50 intervals.
  const std::vector<double> rates = log_space(1e-2, 1e-5, 51);
  EXPECT_NEAR(rates[1] / rates[0], 0.870964, 1e-6);
}

TEST(Schedule, CosineStartsAtThePeakAndEndsAtZero) {
  EXPECT_DOUBLE_EQ(cosine(1e-3, 0, 0), 1e-3);
  EXPECT_NEAR(cosine(1e-3, 0.5, 0), 5e-4, 1e-12);
  EXPECT_NEAR(cosine(1e-3, 1, 0), 0, 1e-12);
  EXPECT_NEAR(cosine(1e-3, 0.05, 0.1), 5e-4, 1e-12);
  EXPECT_NEAR(cosine(1e-3, 0.1, 0.1), 1e-3, 1e-12);
}

TEST(Schedule, LearningRateChangesAtEpochs) {
  Recipe recipe;
  recipe.epochs = 50;
  recipe.pairs_per_epoch = 80;
  recipe.batch = 8;
  recipe.optimiser.schedule = {"log", 1e-2, 1e-5, 0, 0};
  EXPECT_DOUBLE_EQ(learning_rate(recipe, 0), 1e-2);
  EXPECT_DOUBLE_EQ(learning_rate(recipe, 9), 1e-2);
  EXPECT_LT(learning_rate(recipe, 10), 1e-2);
  EXPECT_NEAR(learning_rate(recipe, 499), 1e-5, 1e-12);
}

}  // namespace
}  // namespace siamtrack::training
