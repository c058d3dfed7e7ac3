// SPDX-License-Identifier: LGPL-2.1-or-later
#include "siamtrack/track.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "comma_locale.h"
#include "random_model.h"
#include "siamtrack/error.h"
#include "synthetic.h"

namespace siamtrack {
namespace {

using testing::textured_square;
constexpr Size kSize{320, 240};

/// A configuration in which a target is never lost, as in the papers.
constexpr TrackConfig kNeverLost{.lost_threshold = 0};

std::shared_ptr<const Model> random_model() {
  static const auto model = Model::load(testing::random_siamfc_model(), {.num_threads = 2});
  return model;
}

TEST(CheckBox, SaysWhatIsWrong) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(check_box({10, 10, 40, 40}, kSize), "");
  EXPECT_EQ(check_box({-20, -20, 40, 40}, kSize), "");
  EXPECT_EQ(check_box({0, 0, 4000, 4000}, kSize), "");
  EXPECT_EQ(check_box({kNan, 10, 40, 40}, kSize), "not-a-number");
  EXPECT_EQ(check_box({10, 10, std::numeric_limits<double>::infinity(), 40}, kSize),
            "not-a-number");
  EXPECT_EQ(check_box({10, 10, 0, 40}, kSize), "zero");
  EXPECT_EQ(check_box({10, 10, -5, 40}, kSize), "zero");
  EXPECT_EQ(check_box({10, 10, 1, 1}, kSize), "too-small");
  EXPECT_EQ(check_box({0, 0, 40, 40}, {2, 2}), "too-small");
  EXPECT_EQ(check_box({5000, 5000, 40, 40}, kSize), "outside-frame");
  EXPECT_EQ(check_box({-38, 10, 40, 40}, kSize), "outside-frame");
}

TEST(Track, RefusesABadBoxAndSaysWhy) {
  const auto picture = textured_square(kSize, 100, 80, 40);
  try {
    Track track(random_model(), {}, picture.view(), {5000, 5000, 10, 10});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kRejectedBox);
    EXPECT_STREQ(error.what(), "outside-frame");
  }
}

TEST(Track, RefusesFramesInMemoryThatItsModelCannotRead) {
  const auto picture = textured_square(kSize, 100, 80, 40);
  const auto cpu = Model::load(testing::random_siamfc_model(), {.device = Device::kCpu});
  Track track(cpu, {}, picture.view(), {100, 80, 40, 40});
  FrameView frame = picture.view();
  frame.memory = MemoryKind::kCuda;
  frame.device = 1;
  const auto refused = [](const auto& call) {
    try {
      call();
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kUnsupportedInput);
      EXPECT_STREQ(error.what(),
                   "frame: expected host memory or memory of the model's device cpu, found memory "
                   "of cuda:1");
    }
  };
  refused([&] { track.update(frame); });
  refused([&] { Track(cpu, {}, frame, {100, 80, 40, 40}); });
}

TEST(Track, StartsWithTheBoxItWasGiven) {
  const auto picture = textured_square(kSize, 100, 80, 40);
  const Track track(random_model(), {}, picture.view(), {100, 80, 40, 40});
  EXPECT_EQ(track.result().box, (Box{100, 80, 40, 40}));
  EXPECT_EQ(track.result().status, TrackStatus::kTracking);
}

// Random features are enough to find the only textured object on a smooth ground.
TEST(Track, FollowsASquareThatMoves) {
  Track track(random_model(), kNeverLost, textured_square(kSize, 100, 80, 40).view(),
              {100, 80, 40, 40});
  int x = 100;
  for (int i = 0; i < 10; ++i) {
    x += 4;
    const TrackResult result = track.update(textured_square(kSize, x, 80 + i, 40).view());
    EXPECT_GT(iou(result.box, {double(x), 80.0 + i, 40, 40}), 0.5) << "frame " << i;
  }
}

TEST(Track, SurvivesAnyBoxThatIsAccepted) {
  const auto picture = textured_square(kSize, 100, 80, 40);
  for (const Box& box :
       {Box{0, 0, 320, 240}, Box{-1000, -1000, 4000, 4000}, Box{310, 230, 100, 100},
        Box{-30, -30, 40, 40}, Box{0, 0, 4, 240}, Box{0, 0, 4294967295.0, 4294967295.0}}) {
    Track track(random_model(), {}, picture.view(), box);
    for (int i = 0; i < 3; ++i) {
      const TrackResult result = track.update(picture.view());
      EXPECT_TRUE(std::isfinite(result.box.x) && std::isfinite(result.box.width));
      EXPECT_GE(result.score, 0);
      EXPECT_LE(result.score, 1);
    }
  }
}

TEST(UpdateAll, EqualsUpdatesOneByOne) {
  const auto first = textured_square(kSize, 100, 80, 40);
  const auto second = textured_square(kSize, 106, 83, 40);
  const std::vector<Box> boxes{{100, 80, 40, 40}, {40, 50, 60, 30}, {200, 100, 50, 90}};
  std::vector<Track> alone;
  std::vector<Track> together;
  for (const Box& box : boxes) {
    alone.emplace_back(random_model(), kNeverLost, first.view(), box);
    together.emplace_back(random_model(), kNeverLost, first.view(), box);
  }
  std::vector<Track*> pointers;
  for (Track& track : together) pointers.push_back(&track);
  const std::vector<TrackResult> results = update_all(pointers, second.view());
  ASSERT_EQ(results.size(), boxes.size());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const TrackResult single = alone[i].update(second.view());
    EXPECT_NEAR(results[i].box.x, single.box.x, 0.3) << i;
    EXPECT_NEAR(results[i].box.width, single.box.width, 0.1) << i;
    EXPECT_NEAR(results[i].score, single.score, 0.01) << i;
  }
}

TEST(UpdateAll, RefusesTracksOfDifferentModels) {
  const auto picture = textured_square(kSize, 100, 80, 40);
  const auto other = Model::load(testing::random_siamfc_model());
  Track a(random_model(), {}, picture.view(), {100, 80, 40, 40});
  Track b(other, {}, picture.view(), {100, 80, 40, 40});
  const std::vector<Track*> both{&a, &b};
  EXPECT_THROW(update_all(both, picture.view()), Error);
  EXPECT_TRUE(update_all({}, picture.view()).empty());
}

TEST(Track, IsUnchangedAfterAFrameItCannotRead) {
  const auto picture = textured_square(kSize, 100, 80, 40);
  Track track(random_model(), {}, picture.view(), {100, 80, 40, 40});
  const TrackResult before = track.update(picture.view());
  FrameView broken = picture.view();
  broken.planes[0].data = nullptr;
  EXPECT_THROW(track.update(broken), Error);
  EXPECT_EQ(track.result().box, before.box);
  EXPECT_EQ(track.result().status, before.status);
}

TEST(Track, DoesTheSameInEveryLocale) {
  const auto follow = [] {
    const auto model =
        Model::load(testing::random_siamfc_model(), {.overrides = R"({"scale_step": 1.125})"});
    Track track(model, kNeverLost, textured_square(kSize, 100, 80, 40).view(), {100, 80, 40, 40});
    return track.update(textured_square(kSize, 102, 77, 46).view()).box;
  };
  const Box usual = follow();
  const testing::CommaLocale german;
  if (!german.works()) GTEST_SKIP() << "this C library has no locale with decimal commas";
  EXPECT_GT(iou(follow(), usual), 0.999);
}

TEST(Track, RescalesWithTheVideo) {
  const auto picture = textured_square(kSize, 100, 80, 40);
  Track track(random_model(), {}, picture.view(), {100, 80, 40, 40});
  track.rescale(kSize, {640, 480});
  EXPECT_EQ(track.result().box, (Box{200, 160, 80, 80}));
}

TEST(Track, ManyThreadsShareOneModel) {
  constexpr int kThreads = 4;
  const auto picture = textured_square(kSize, 100, 80, 40);
  const auto follow = [&](int i) {
    Track track(random_model(), kNeverLost, picture.view(), {90.0 + 5 * i, 80, 40, 40});
    for (int frame = 0; frame < 3; ++frame) track.update(picture.view());
    return track.result().box;
  };
  std::vector<Box> together(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] { together[static_cast<std::size_t>(i)] = follow(i); });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kThreads; ++i) {
    EXPECT_GT(iou(together[static_cast<std::size_t>(i)], follow(i)), 0.999) << "thread " << i;
  }
}

}  // namespace
}  // namespace siamtrack
