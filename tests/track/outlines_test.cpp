// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/outlines.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <numeric>
#include <string>

#include "siamtrack/track.h"
#include "synthetic.h"

namespace siamtrack {
namespace {

using testing::textured_square;

constexpr Size kSize{320, 240};

std::shared_ptr<const Model> outlining(const std::string& overrides = "{}") {
  ModelOptions options;
  options.overrides = overrides;
  return Model::load(std::string(SIAMTRACK_SOURCE_MODELS) + "/accurate.safetensors", options);
}

double overlap(const Mask& mask, const Box& truth) {
  double common = 0, own = 0;
  for (int y = 0; y < mask.size.height; ++y) {
    for (int x = 0; x < mask.size.width; ++x) {
      if (mask.pixels[static_cast<std::size_t>(y) * mask.size.width + x] == 0) continue;
      own += 1;
      common += intersection(truth, {double(mask.x + x), double(mask.y + y), 1, 1}).area();
    }
  }
  return common / (own + truth.area() - common);
}

std::ptrdiff_t threads() {
  const std::filesystem::directory_iterator all("/proc/self/task");
  return std::distance(begin(all), end(all));
}

// The first test: libraries keep the threads that they once started.
TEST(Outlines, StartNoThreadsButTheModels) {
  ModelOptions options;
  options.num_threads = 1;
  const auto model =
      Model::load(std::string(SIAMTRACK_SOURCE_MODELS) + "/accurate.safetensors", options);
  const std::ptrdiff_t before = threads();
  Track track(model, {}, textured_square(kSize, 100, 80, 48).view(), {100, 80, 48, 48});
  ASSERT_TRUE(track.update(textured_square(kSize, 103, 82, 48).view()).mask);
  EXPECT_EQ(threads(), before);
}

TEST(Outlines, LieOnTheTarget) {
  Track track(outlining(), {}, textured_square(kSize, 100, 80, 48).view(), {100, 80, 48, 48});
  for (int i = 1; i <= 5; ++i) {
    const int x = 100 + 6 * i, y = 80 + 3 * i;
    const TrackResult result = track.update(textured_square(kSize, x, y, 48).view());
    const Box truth{double(x), double(y), 48, 48};
    ASSERT_TRUE(result.mask) << i;
    EXPECT_GT(overlap(*result.mask, truth), 0.7) << i;
    EXPECT_GT(iou(result.box, truth), 0.7) << i;
    ASSERT_TRUE(result.rotated) << i;
    EXPECT_NEAR(result.rotated->centre_x, truth.centre_x(), 6) << i;
  }
}

TEST(Outlines, TheToldBoxIsRescaledWithTheVideo) {
  Track track(outlining(), {}, textured_square(kSize, 100, 80, 48).view(), {96, 78, 54, 50});
  const Box told = track.update(textured_square(kSize, 106, 83, 48).view()).box;
  track.rescale(kSize, kSize);
  EXPECT_EQ(track.result().box, told);
  track.rescale(kSize, {640, 480});
  EXPECT_EQ(track.result().box, (Box{2 * told.x, 2 * told.y, 2 * told.width, 2 * told.height}));
}

TEST(Outlines, OfSeveralTargetsAreThoseOfEach) {
  const auto model = outlining();
  const auto first = textured_square(kSize, 60, 80, 40);
  Track a(model, {}, first.view(), {60, 80, 40, 40});
  Track b(model, {}, first.view(), {70, 85, 20, 30});
  Track same_a(model, {}, first.view(), {60, 80, 40, 40});
  Track same_b(model, {}, first.view(), {70, 85, 20, 30});
  const auto next = textured_square(kSize, 66, 82, 40);
  Track* const both[] = {&a, &b};
  const std::vector<TrackResult> together = update_all(both, next.view());
  const TrackResult alone[] = {same_a.update(next.view()), same_b.update(next.view())};
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(together[i].mask.has_value(), alone[i].mask.has_value());
    EXPECT_NEAR(iou(together[i].box, alone[i].box), 1, 1e-3);
    if (alone[i].mask) {
      EXPECT_EQ(together[i].mask->size, alone[i].mask->size);
    }
  }
}

TEST(Outlines, TheShareDecidesHowFarTheBoxFollowsThem) {
  const auto followed = [](double share) {
    const auto model =
        outlining(R"({"keep_tightness": 0, "outline_share": )" + std::to_string(share) + "}");
    Track track(model, {}, textured_square(kSize, 100, 80, 48).view(), {100, 80, 48, 48});
    return track.update(textured_square(kSize, 106, 83, 48).view()).box;
  };
  const Box none = followed(0), half = followed(0.5), all = followed(1);
  EXPECT_NEAR(half.x, (none.x + all.x) / 2, 1e-6);
  EXPECT_NEAR(half.height, (none.height + all.height) / 2, 1e-6);
  EXPECT_GT(std::abs(all.x - none.x) + std::abs(all.width - none.width), 0.1);
}

TEST(Outlines, CountForNothingWhereTheGivenBoxMeantMore) {
  const auto followed = [](double share, bool guessed) {
    TrackConfig config;
    config.guessed_box = guessed;
    const Box loose{86, 66, 76, 76};
    Track track(outlining(R"({"outline_share": )" + std::to_string(share) + "}"), config,
                textured_square(kSize, 100, 80, 48).view(), loose);
    return track.update(textured_square(kSize, 106, 83, 48).view()).box;
  };
  EXPECT_EQ(followed(1, false), followed(0, false));
  EXPECT_NE(followed(1, true), followed(0, true)) << "a click means whatever is there";
}

TEST(Outlines, ALostTargetHasNone) {
  Track track(outlining(), {.lost_threshold = 1, .found_threshold = 1, .lost_after = 2},
              textured_square(kSize, 100, 80, 48).view(), {100, 80, 48, 48});
  TrackResult result;
  for (int i = 0; i < 4; ++i) result = track.update(textured_square(kSize, 100, 80, 48).view());
  EXPECT_EQ(result.status, TrackStatus::kLost);
  EXPECT_FALSE(result.mask);
}

}  // namespace
}  // namespace siamtrack
