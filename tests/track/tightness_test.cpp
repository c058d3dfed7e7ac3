// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/tightness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "siamtrack/track.h"
#include "synthetic.h"
#include "track/update_state.h"

namespace siamtrack {
namespace {

constexpr Box kGiven{100, 80, 40, 60};

Box about_given(double width, double height) {
  return Box::from_centre(kGiven.centre_x(), kGiven.centre_y(), width, height);
}

TEST(TightnessOf, IsTheRatioOfTheSides) {
  const Tightness all = tightness_of(kGiven, about_given(32, 75), 1);
  EXPECT_NEAR(all.width, 1.25, 1e-12);
  EXPECT_NEAR(all.height, 0.8, 1e-12);
  EXPECT_NEAR(tightness_of(kGiven, about_given(32, 75), 0.5).width, std::sqrt(1.25), 1e-12);
  EXPECT_EQ(tightness_of(kGiven, about_given(32, 75), 0).width, 1);
}

TEST(TightnessOf, IsNoneForSomethingElse) {
  for (const Box& other :
       {Box{300, 80, 40, 60}, about_given(1, 1), Box{100, 80, 0, 0}, Box{100, 80, NAN, 60}}) {
    EXPECT_EQ(tightness_of(kGiven, other, 1).width, 1);
    EXPECT_EQ(tightness_of(kGiven, other, 1).height, 1);
  }
}

TEST(ToldBox, HasTheTightnessAboutTheSameCentre) {
  TrackState state = initial_state(kGiven, {});
  EXPECT_EQ(told_box(state), to_box(state));
  state.tightness = {1.5, 0.5};
  EXPECT_EQ(told_box(state), about_given(60, 30));
  EXPECT_EQ(to_box(state), kGiven);
}

std::shared_ptr<const Model> keeping(double share) {
  ModelOptions options;
  options.preset = "no-outline";
  options.overrides = R"({"keep_tightness": )" + std::to_string(share) + "}";
  return Model::load(std::string(SIAMTRACK_SOURCE_MODELS) + "/default.safetensors", options);
}

/// Largest change of a box's size within some frames of a still square, given boxes drawn about it
/// tightly, exactly and loosely; on a logarithmic scale.
double largest_change(double keep) {
  const auto picture = testing::textured_square({320, 240}, 100, 80, 48);
  double largest = 0;
  for (const double scale : {0.8, 1.0, 1.25}) {
    const Box given = Box::from_centre(124, 104, 48 * scale, 48 * scale);
    Track track(keeping(keep), {}, picture.view(), given);
    EXPECT_EQ(track.result().box, given);
    Box box;
    for (int i = 0; i < 10; ++i) box = track.update(picture.view()).box;
    largest = std::max(largest, std::abs(std::log(box.area() / given.area())) / 2);
  }
  return largest;
}

TEST(Tightness, StaysWithTheTarget) {
  const double kept = largest_change(1);
  EXPECT_LT(kept, 0.1);
  EXPECT_LT(kept, largest_change(0) / 2);
}

TEST(Tightness, OfAGuessedBoxMeansNothing) {
  const auto picture = testing::textured_square({320, 240}, 100, 80, 48);
  const auto followed = [&](double keep, bool guessed) {
    Track track(keeping(keep), {.guessed_box = guessed}, picture.view(), {94, 74, 60, 60});
    return track.update(picture.view()).box;
  };
  EXPECT_EQ(followed(1, true), followed(0, false));
  EXPECT_FALSE(followed(1, true) == followed(1, false));
}

TEST(Tightness, IsScaledWithTheFrame) {
  const auto picture = testing::textured_square({320, 240}, 100, 80, 48);
  Track track(keeping(1), {}, picture.view(), {94, 74, 60, 60});
  const Box before = track.update(picture.view()).box;
  track.rescale({320, 240}, {640, 480});
  const Box after = track.result().box;
  EXPECT_NEAR(after.x, 2 * before.x, 1e-9);
  EXPECT_NEAR(after.width, 2 * before.width, 1e-9);
}

}  // namespace
}  // namespace siamtrack
