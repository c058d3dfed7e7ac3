// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

/// 100 frames of each score; `line` says which share of them are hits.
std::vector<ScoredFrame> frames_of(const LogitLine& line) {
  std::vector<ScoredFrame> frames;
  for (const double score : {0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97, 0.99}) {
    const double x = std::log(score / (1 - score));
    const double share = 1 / (1 + std::exp(-line.slope * (x - line.centre)));
    for (int i = 0; i < 100; ++i) frames.push_back({score, i < std::lround(100 * share)});
  }
  return frames;
}

TEST(FitConfidence, FindsTheLineThatMadeTheHits) {
  const LogitLine line = fit_confidence(frames_of({1.4, 1.2}));
  EXPECT_NEAR(line.slope, 1.4, 0.05);
  EXPECT_NEAR(line.centre, 1.2, 0.05);
}

TEST(FitConfidence, LowersTheCalibrationError) {
  const auto frames = frames_of({1.1, 2.5});
  const auto after = applied(fit_confidence(frames), frames);
  EXPECT_GT(calibration_error(frames), 0.2);
  EXPECT_LT(calibration_error(after), 0.02);
}

TEST(FitConfidence, StaysFiniteWhenEveryFrameIsAHit) {
  std::vector<ScoredFrame> frames{{1.0, true}, {0.9, true}, {0.5, true}};
  const LogitLine line = fit_confidence(frames);
  EXPECT_TRUE(std::isfinite(line.slope) && std::isfinite(line.centre));
  EXPECT_GT(line.slope, 0);
  EXPECT_THROW(fit_confidence({}), Error);
}

TEST(Chained, AppliesOneLineAfterTheOther) {
  const LogitLine first{1.3, 0.7};
  const LogitLine second{0.6, -0.4};
  const std::vector<ScoredFrame> frames{{0.3, true}, {0.8, false}};
  const auto in_turn = applied(second, applied(first, frames));
  const auto at_once = applied(chained(first, second), frames);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_NEAR(in_turn[i].score, at_once[i].score, 1e-12);
  }
}

TEST(ScoredFrames, CountAbsentTargetsAsMissesAndLeaveTheFirstFrameOut) {
  Sequence sequence;
  sequence.ground_truth = {Box{0, 0, 10, 10}, Box{0, 0, 10, 10}, Special{0}, Box{50, 50, 10, 10}};
  Trajectory run;
  run.regions = {Box{0, 0, 10, 10}, Box{1, 0, 10, 10}, Box{1, 0, 10, 10}, Box{1, 0, 10, 10}};
  run.confidence = {1, 0.9, 0.4, std::numeric_limits<double>::quiet_NaN()};
  const auto frames = scored_frames(sequence, run);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_TRUE(frames[0].hit);
  EXPECT_FALSE(frames[1].hit);
  EXPECT_DOUBLE_EQ(frames[0].weight, 0.5);
}

TEST(ScoredFrames, AreNoHitsWhereTheTargetIsMarkedAbsent) {
  Sequence sequence;
  sequence.ground_truth.assign(3, Box{0, 0, 10, 10});
  sequence.absent = {false, true, false};
  Trajectory run;
  run.regions.assign(3, Box{0, 0, 10, 10});
  run.confidence = {1, 0.9, 0.9};
  const auto frames = scored_frames(sequence, run);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_FALSE(frames[0].hit);
  EXPECT_TRUE(frames[1].hit);
}

}  // namespace
}  // namespace siamtrack::evaluation
