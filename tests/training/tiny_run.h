// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "small_tree.h"
#include "tiny_task.h"
#include "training/pair_source.h"
#include "training/trainer.h"

namespace siamtrack::testing {

/// Runs of 20 steps of the smallest task on a small cache.
class TinyRun : public ::testing::Test {
 protected:
  TinyRun() {
    tree_.plain_cache();
    recipe_.name = "tiny";
    recipe_.architecture = "tiny";
    recipe_.epochs = 4;
    recipe_.pairs_per_epoch = 10;
    recipe_.batch = 2;
    recipe_.average = 0.9;
    recipe_.optimiser.schedule = {"log", 1e-2, 1e-3, 0, 0};
  }

  training::Checkpoint run(const std::string& folder, std::int64_t stop_at = -1,
                           const training::Task& task = TinyTask()) {
    const training::PairSource pairs(std::make_shared<training::Cache>(tree_.path("cache")),
                                     recipe_.pairs, 1);
    training::TrainOptions options;
    options.folder = tree_.path(folder);
    options.stop_at = stop_at;
    return train(task, recipe_, batches(pairs), options);
  }

  static training::MakeBatch batches(const training::PairSource& pairs) {
    return [&](std::int64_t first, int count) { return pairs.batch(first, count); };
  }

  SmallTree tree_;
  training::Recipe recipe_;
};

inline void expect_equal(const nn::Weights& a, const nn::Weights& b) {
  ASSERT_EQ(a.size(), b.size());
  for (const auto& [key, tensor] : a) EXPECT_TRUE(at::equal(tensor, b.at(key))) << key;
}

}  // namespace siamtrack::testing
