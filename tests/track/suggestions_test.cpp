// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "siamtrack/track.h"
#include "synthetic.h"

/// Where lost targets are found: at a place that was suggested, and not on another target.
namespace siamtrack {
namespace {

using testing::textured_square;

constexpr Size kSize{640, 360};
constexpr TrackConfig kSoonLost{
    .lost_threshold = 0.8, .found_threshold = 0.9, .lost_after = 1, .redetect_interval = 1000};

std::shared_ptr<const Model> fast() {
  return Model::load(std::string(SIAMTRACK_SOURCE_MODELS) + "/fast.safetensors", {});
}

testing::Picture ground() { return testing::smooth_ground(kSize); }

/// A target that was at (100, 80) and is lost since it left the picture.
Track lost_track(const std::shared_ptr<const Model>& model) {
  Track track(model, kSoonLost, textured_square(kSize, 100, 80, 40).view(), {100, 80, 40, 40});
  for (int i = 0; i < 3; ++i) track.update(ground().view());
  EXPECT_EQ(track.result().status, TrackStatus::kLost);
  return track;
}

TEST(Suggestions, ALostTargetIsFoundWhereItWasSuggested) {
  const auto model = fast();
  const auto picture = textured_square(kSize, 500, 250, 40);
  Track alone = lost_track(model);
  EXPECT_EQ(alone.update(picture.view()).status, TrackStatus::kLost);
  alone.suggest({498, 253, 44, 42});
  const TrackResult found = alone.update(picture.view());
  EXPECT_EQ(found.status, TrackStatus::kTracking);
  EXPECT_GT(iou(found.box, {500, 250, 40, 40}), 0.7);
}

TEST(Suggestions, AreForTheNextFrameAlone) {
  Track track = lost_track(fast());
  track.suggest({498, 253, 44, 42});
  track.update(ground().view());
  EXPECT_EQ(track.update(textured_square(kSize, 500, 250, 40).view()).status, TrackStatus::kLost);
}

TEST(Suggestions, MeanNothingToATargetThatIsSeen) {
  const auto model = fast();
  const auto start = textured_square(kSize, 100, 80, 40);
  Track plain(model, kSoonLost, start.view(), {100, 80, 40, 40});
  Track told(model, kSoonLost, start.view(), {100, 80, 40, 40});
  told.suggest({498, 253, 44, 42});
  const auto next = textured_square(kSize, 104, 82, 40);
  EXPECT_EQ(plain.update(next.view()).box, told.update(next.view()).box);
}

TEST(Suggestions, ALostTargetIsNotFoundOnAnotherOne) {
  const auto model = fast();
  const auto picture = textured_square(kSize, 500, 250, 40);
  Track lost = lost_track(model);
  Track followed(model, kSoonLost, picture.view(), {500, 250, 40, 40});
  Track* const both[] = {&lost, &followed};
  lost.suggest({498, 253, 44, 42});
  const auto results = update_all(both, picture.view());
  EXPECT_EQ(results[0].status, TrackStatus::kLost);
  EXPECT_EQ(results[1].status, TrackStatus::kTracking);
  lost.suggest({498, 253, 44, 42});
  EXPECT_EQ(lost.update(picture.view()).status, TrackStatus::kTracking) << "by itself it is";
}

}  // namespace
}  // namespace siamtrack
