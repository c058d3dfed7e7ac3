// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/redetection.h"

#include <gtest/gtest.h>

#include <cmath>

namespace siamtrack {
namespace {

constexpr Size kFrame{640, 480};
constexpr double kSide = 200;

TrackState lost_at(double x, double y, int frames) {
  TrackState state;
  state.centre_x = x;
  state.centre_y = y;
  state.width = state.height = 40;
  state.status = TrackStatus::kLost;
  state.lost_frames = frames;
  return state;
}

/// Nearest distance between `(x, y)` and the places searched in frames 1 to `frames`.
double nearest(double x, double y, int frames, const TrackConfig& config) {
  double best = 1e9;
  for (int i = 1; i <= frames; ++i) {
    const TrackState place = search_place(lost_at(100, 100, i), kFrame, kSide, config);
    best = std::min(best, std::max(std::abs(place.centre_x - x), std::abs(place.centre_y - y)));
  }
  return best;
}

TEST(SearchPlace, IsTheStateItselfUnlessLost) {
  TrackState state = lost_at(100, 100, 5);
  state.status = TrackStatus::kUncertain;
  const TrackState place = search_place(state, kFrame, kSide, {.redetect = Redetect::kGlobal});
  EXPECT_EQ(place.centre_x, 100);
  EXPECT_EQ(
      search_place(lost_at(100, 100, 5), kFrame, kSide, {.redetect = Redetect::kNone}).centre_y,
      100);
}

TEST(SearchPlace, ComesBackToWhereTheTargetWasLost) {
  const TrackState place = search_place(lost_at(100, 100, 4), kFrame, kSide, {});
  EXPECT_EQ(place.centre_x, 100);
  EXPECT_EQ(place.centre_y, 100);
}

TEST(SearchPlace, GrowsOutwards) {
  EXPECT_LE(nearest(190, 190, 20, {}), kSide / 4);
  EXPECT_GT(nearest(600, 440, 4, {}), kSide / 2);
}

TEST(SearchPlace, ReachesEveryPlaceOfTheFrame) {
  for (double x = 5; x < kFrame.width; x += 63) {
    for (double y = 5; y < kFrame.height; y += 47) {
      EXPECT_LE(nearest(x, y, 200, {.redetect = Redetect::kLocal}), kSide / 2) << x << "," << y;
      EXPECT_LE(nearest(x, y, 200, {.redetect = Redetect::kGlobal}), kSide / 4) << x << "," << y;
    }
  }
}

TEST(SearchPlace, ReachesEveryPlaceWithAnyInterval) {
  for (const int interval : {2, 3, 5}) {
    const TrackConfig config{.redetect = Redetect::kLocal, .redetect_interval = interval};
    double best = 1e9;
    for (int i = 0; i < 400 * interval; i += interval) {
      const TrackState place = search_place(lost_at(100, 100, i), kFrame, kSide, config);
      best = std::min(best, std::hypot(place.centre_x - 600, place.centre_y - 400));
    }
    EXPECT_LE(best, kSide / 2) << interval;
  }
}

TEST(SearchPlace, SurvivesTinyFramesAndRegions) {
  const TrackState place = search_place(lost_at(0.5, 0.5, 7), {1, 1}, 1, {});
  EXPECT_TRUE(std::isfinite(place.centre_x));
  search_place(lost_at(1e6, -1e6, 33), {16, 16}, 4, {.redetect = Redetect::kGlobal});
}

TEST(SearchesNow, KeepsTheInterval) {
  const TrackConfig config{.redetect_interval = 5};
  EXPECT_TRUE(searches_now(lost_at(0, 0, 5), config));
  EXPECT_FALSE(searches_now(lost_at(0, 0, 6), config));
  EXPECT_TRUE(searches_now(TrackState{}, config));
}

}  // namespace
}  // namespace siamtrack
