// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/update_state.h"

#include <gtest/gtest.h>

#include <cmath>

namespace siamtrack {
namespace {

Candidate candidate(double x, double score) {
  Candidate c;
  c.box = {x, 10, 20, 20};
  c.score = score;
  return c;
}

class UpdateState : public ::testing::Test {
 protected:
  TrackConfig config{.lost_threshold = 0.35, .found_threshold = 0.55, .lost_after = 3};
  TrackState state = initial_state({10, 10, 20, 20}, {});
};

TEST_F(UpdateState, FollowsWhileSure) {
  state = next_state(state, candidate(15, 0.9), config);
  EXPECT_EQ(state.status, TrackStatus::kTracking);
  EXPECT_DOUBLE_EQ(to_box(state).x, 15);
  EXPECT_EQ(state.last_believed, (Box{15, 10, 20, 20}));
}

TEST_F(UpdateState, IsUncertainBelowTheThresholdAndRecoversOnlyAboveTheHigherOne) {
  state = next_state(state, candidate(15, 0.3), config);
  EXPECT_EQ(state.status, TrackStatus::kUncertain);
  EXPECT_DOUBLE_EQ(to_box(state).x, 15);
  state = next_state(state, candidate(16, 0.45), config);
  EXPECT_EQ(state.status, TrackStatus::kUncertain) << "between the thresholds";
  state = next_state(state, candidate(17, 0.55), config);
  EXPECT_EQ(state.status, TrackStatus::kTracking);
  EXPECT_EQ(state.uncertain_frames, 0);
}

TEST_F(UpdateState, IsLostAfterSoManyFramesAndBackAtTheLastBelievedBox) {
  for (int i = 0; i < 2; ++i) state = next_state(state, candidate(50 + i, 0.1), config);
  EXPECT_EQ(state.status, TrackStatus::kUncertain);
  state = next_state(state, candidate(60, 0.1), config);
  EXPECT_EQ(state.status, TrackStatus::kLost);
  EXPECT_DOUBLE_EQ(to_box(state).x, 10);
  EXPECT_EQ(state.lost_frames, 1);
}

TEST_F(UpdateState, IsLostAtOnceWhereOneUncertainFrameIsEnough) {
  config.lost_after = 1;
  state = next_state(state, candidate(50, 0.1), config);
  EXPECT_EQ(state.status, TrackStatus::kLost);
  EXPECT_DOUBLE_EQ(to_box(state).x, 10);
}

TEST_F(UpdateState, BelievesNoScoreThatIsNoNumber) {
  state = next_state(state, candidate(15, std::nan("")), config);
  EXPECT_EQ(state.status, TrackStatus::kUncertain);
}

TEST_F(UpdateState, StaysLostBetweenTheThresholdsAndIsFoundAbove) {
  for (int i = 0; i < 3; ++i) state = next_state(state, candidate(50, 0.1), config);
  state = next_state(state, candidate(90, 0.5), config);
  EXPECT_EQ(state.status, TrackStatus::kLost);
  EXPECT_EQ(state.lost_frames, 2);
  state = next_state(state, candidate(90, 0.8), config);
  EXPECT_EQ(state.status, TrackStatus::kTracking);
  EXPECT_DOUBLE_EQ(to_box(state).x, 90);
  EXPECT_EQ(state.lost_frames, 0);
}

// SiamRPN++'s long-term tracker (pysot): lost in the first frame below .80, back above .998.
TEST_F(UpdateState, CanHaveThePublishedLongTermThresholds) {
  config = {.lost_threshold = 0.80, .found_threshold = 0.998, .lost_after = 1};
  state = next_state(state, candidate(15, 0.801), config);
  EXPECT_EQ(state.status, TrackStatus::kTracking);
  state = next_state(state, candidate(50, 0.799), config);
  EXPECT_EQ(state.status, TrackStatus::kLost);
  EXPECT_DOUBLE_EQ(to_box(state).x, 15) << "keeps the previous box";
  state = next_state(state, candidate(50, 0.997), config);
  EXPECT_EQ(state.status, TrackStatus::kLost);
  state = next_state(state, candidate(50, 0.999), config);
  EXPECT_EQ(state.status, TrackStatus::kTracking);
  EXPECT_DOUBLE_EQ(to_box(state).x, 50);
}

TEST_F(UpdateState, ZeroThresholdNeverLosesAnything) {
  config.lost_threshold = 0;
  for (int i = 0; i < 20; ++i) state = next_state(state, candidate(i, 0.0), config);
  EXPECT_EQ(state.status, TrackStatus::kTracking);
}

}  // namespace
}  // namespace siamtrack
