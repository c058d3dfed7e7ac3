// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "siamtrack/error.h"
#include "siamtrack/track.h"
#include "synthetic.h"

namespace siamtrack {
namespace {

using testing::textured_square;

constexpr Size kSize{320, 240};
constexpr TrackConfig kNeverLost{.lost_threshold = 0};

/// @param closer  patch side of the looks after the first, 0 = as the first
std::shared_ptr<const Model> looking(int times, int closer = 0) {
  ModelOptions options;
  options.preset = "no-outline";
  options.overrides = R"({"looks": )" + std::to_string(times) + R"(, "closer_instance_size": )" +
                      std::to_string(closer) + "}";
  return Model::load(std::string(SIAMTRACK_SOURCE_MODELS) + "/default.safetensors", options);
}

Track start(const std::shared_ptr<const Model>& model, const TrackConfig& config) {
  return {model, config, textured_square(kSize, 100, 80, 40).view(), {100, 80, 40, 40}};
}

void expect_same(const TrackResult& a, const TrackResult& b) {
  EXPECT_NEAR(a.box.x, b.box.x, 1e-6);
  EXPECT_NEAR(a.box.y, b.box.y, 1e-6);
  EXPECT_NEAR(a.box.width, b.box.width, 1e-6);
  EXPECT_NEAR(a.box.height, b.box.height, 1e-6);
  EXPECT_NEAR(a.score, b.score, 1e-6);
  EXPECT_EQ(a.status, b.status);
}

TEST(Looks, TwoAtAFrameAreTwoUpdatesWithThatFrame) {
  Track once = start(looking(1), kNeverLost);
  Track twice = start(looking(2), kNeverLost);
  for (int i = 1; i <= 3; ++i) {
    const auto picture = textured_square(kSize, 100 + 12 * i, 80 + 5 * i, 40 + 2 * i);
    const TrackResult first = once.update(picture.view());
    const TrackResult second = once.update(picture.view());
    ASSERT_GT(std::abs(first.box.x - second.box.x), 1e-3) << "the second look changed nothing";
    expect_same(twice.update(picture.view()), second);
  }
}

TEST(Looks, ASecondOneBringsTheBoxCloserToATargetThatJumps) {
  Track once = start(looking(1), kNeverLost);
  Track twice = start(looking(2), kNeverLost);
  const auto picture = textured_square(kSize, 130, 95, 48);
  const Box truth{130, 95, 48, 48};
  EXPECT_GT(iou(twice.update(picture.view()).box, truth),
            iou(once.update(picture.view()).box, truth));
}

// With the threshold between the two scores the second look does not confirm what the first saw.
TEST(Looks, OneThatDoesNotConfirmTheTargetLeavesTheFirst) {
  bool met = false;
  for (int i = 0; i < 64 && !met; ++i) {
    const auto picture = textured_square(kSize, 90 + 20 * (i % 4), 60, 12 + 8 * (i / 4));
    Track once = start(looking(1), kNeverLost);
    const TrackResult first = once.update(picture.view());
    const double second = once.update(picture.view()).score;
    if (second >= first.score) continue;
    met = true;
    Track twice = start(looking(2), {.lost_threshold = (first.score + second) / 2});
    expect_same(twice.update(picture.view()), first);
  }
  EXPECT_TRUE(met);
}

TEST(Looks, TheCloserOnesMayHaveASmallerPatch) {
  const auto picture = textured_square(kSize, 110, 85, 42);
  Track wide = start(looking(2), kNeverLost);
  Track narrow = start(looking(2, 191), kNeverLost);
  const Box box = narrow.update(picture.view()).box;
  EXPECT_GT(iou(box, {110, 85, 42, 42}), 0.7);
  EXPECT_FALSE(box == wide.update(picture.view()).box);
}

TEST(Looks, AreGivenToEveryTargetOfABatch) {
  const auto model = looking(2, 191);
  const auto before = textured_square(kSize, 100, 80, 40);
  const auto now = textured_square(kSize, 112, 85, 40);
  const std::vector<Box> boxes{{100, 80, 40, 40}, {90, 75, 50, 60}, {110, 90, 30, 20}};
  std::vector<Track> together;
  together.reserve(boxes.size());
  std::vector<Track*> pointers;
  for (const Box& box : boxes) {
    pointers.push_back(&together.emplace_back(model, kNeverLost, before.view(), box));
  }
  const std::vector<TrackResult> results = update_all(pointers, now.view());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    Track alone(model, kNeverLost, before.view(), boxes[i]);
    EXPECT_GT(iou(results[i].box, alone.update(now.view()).box), 0.98) << i;
  }
}

TEST(Looks, AreBounded) {
  EXPECT_EQ(looking(3)->info().looks, 3);
  for (const int times : {0, 9}) EXPECT_THROW(looking(times), Error) << times;
  EXPECT_THROW(looking(2, 2000), Error);
}

}  // namespace
}  // namespace siamtrack
