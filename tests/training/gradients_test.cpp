// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/gradients.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <set>

#include "outlined_batch.h"
#include "siamtrack/error.h"
#include "tiny_task.h"
#include "training/optimiser.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::outlined_batch;
using siamtrack::testing::TinyTask;

/// TinyTask that notes at which moments of the run it was asked.
class TimedTask final : public TinyTask {
 public:
  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override {
    moments.insert(progress);
    return TinyTask::loss(weights, batch, progress);
  }
  mutable std::set<double> moments;
};

class MicroBatches : public ::testing::Test {
 protected:
  MicroBatches() {
    recipe_.name = "tiny";
    recipe_.epochs = 1;
    recipe_.batch = 6;
    recipe_.micro_batch = 2;
    recipe_.pairs_per_epoch = 10 * recipe_.batch;
    for (int i = 0; i < recipe_.micro_batches(); ++i) {
      batches_.push_back(outlined_batch(recipe_.micro_batch, 63));
      batches_.back().exemplars.fill_(50 * i);
    }
    trained_parameters(task_, weights_, 1);
  }

  /// Loss of step 3, and its gradients.
  std::pair<double, nn::Weights> run(std::span<const Batch> batches) {
    for (const auto& [key, tensor] : weights_) tensor.mutable_grad().reset();
    const double loss =
        accumulate_gradients(task_, recipe_, weights_, batches, 3).total.item<double>();
    nn::Weights gradients;
    for (const auto& [key, tensor] : weights_) gradients[key] = tensor.grad().clone();
    return {loss, gradients};
  }

  TimedTask task_;
  Recipe recipe_;
  nn::Weights weights_ = task_.initial_weights(1);
  std::vector<Batch> batches_;
};

TEST_F(MicroBatches, GiveTheMeanOfTheirLossesAndGradients) {
  const auto [loss, gradients] = run(batches_);
  double mean = 0;
  nn::Weights expected{{"a.weight", at::zeros({2})}, {"b.weight", at::zeros({1})}};
  for (const Batch& batch : batches_) {
    const auto [part, own] = run({&batch, 1});
    EXPECT_GT(std::abs(part - loss), 1e-4) << "they differ";
    mean += part / 3;
    for (auto& [key, sum] : expected) sum += own.at(key) / 3;
  }
  EXPECT_NEAR(loss, mean, 1e-6);
  for (const auto& [key, sum] : expected) {
    EXPECT_TRUE(at::allclose(gradients.at(key), sum, 1e-5)) << key;
  }
}

TEST_F(MicroBatches, DrawNumbersOfTheirOwn) {  // losses draw by the moment of the run
  run(batches_);
  EXPECT_EQ(task_.moments.size(), 3U);
  EXPECT_EQ(*task_.moments.begin(), 0.3);
  EXPECT_LT(*task_.moments.rbegin(), 0.4);
}

/// A task for which there is no memory.
class HugeTask final : public TinyTask {
 public:
  StepLoss loss(const nn::Weights&, const Batch&, double) const override {
    C10_THROW_ERROR(OutOfMemoryError, "tried to allocate 80 GB");
  }
};

TEST_F(MicroBatches, AreWhatHelpsWhereMemoryEnds) {
  try {
    accumulate_gradients(HugeTask(), recipe_, weights_, batches_, 0);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutOfMemory);
    EXPECT_EQ(std::string(error.what()),
              "recipe tiny: 2 pairs at once are too many for the memory (tried to allocate 80 GB); "
              "a smaller \"micro_batch\" needs less");
  }
}

}  // namespace
}  // namespace siamtrack::training
