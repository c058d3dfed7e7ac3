// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "decode/anchors.h"
#include "decode/proposals.h"
#include "decode/response.h"
#include "decode/rpn_update.h"

namespace siamtrack {
namespace {

constexpr double kExact = 1e-9;
constexpr int kStride = 8;
constexpr int kSide = 25;
constexpr std::size_t kCells = std::size_t{kSide} * kSide;

TEST(Anchors, HaveThePublishedShapes) {
  const std::vector<AnchorShape> shapes = anchor_shapes({});
  const std::vector<std::pair<double, double>> published = {
      {104, 32}, {88, 40}, {64, 64}, {40, 80}, {32, 96}};
  ASSERT_EQ(shapes.size(), published.size());
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    EXPECT_EQ(shapes[i].width, published[i].first);
    EXPECT_EQ(shapes[i].height, published[i].second);
  }
}

TEST(Anchors, GridStartsHalfOfItsCellsFromTheCentre) {
  const std::vector<std::pair<int, double>> published = {{17, -64}, {19, -72},  {21, -80},
                                                         {25, -96}, {37, -144}, {97, -384}};
  for (const auto& [side, origin] : published) EXPECT_EQ(grid_origin(side, kStride), origin);
  EXPECT_EQ(grid_origin(15, 16), -112);  // NanoTrack v3
}

/// Maps of the worked case: anchor (64, 64), cell column 14, row 11, centre (16, -8).
struct WorkedCase {
  static constexpr std::size_t kAnchors = 5;
  static constexpr std::size_t kIndex = 2 * kCells + 11 * kSide + 14;
  std::vector<float> classification = std::vector<float>(2 * kAnchors * kCells, 0.0F);
  std::vector<float> regression = std::vector<float>(4 * kAnchors * kCells, 0.0F);

  WorkedCase() {
    const std::size_t count = kAnchors * kCells;
    classification[count + kIndex] = std::log(0.9F / 0.1F);
    const float deltas[] = {0.1F, -0.2F, 0.05F, -0.1F};
    for (std::size_t c = 0; c < 4; ++c) regression[c * count + kIndex] = deltas[c];
  }

  Proposals proposals() const {
    return decode_anchors(classification.data(), regression.data(), kSide, anchor_shapes({}),
                          kStride, ScoreKind::kSoftmax);
  }
};

constexpr Extent kBefore{60 * .9094658900300797, 80 * .9094658900300797};

TEST(DecodeAnchors, GivesTheWorkedBox) {
  const Proposals p = WorkedCase().proposals();
  ASSERT_EQ(p.size(), WorkedCase::kAnchors * kCells);
  const std::size_t i = WorkedCase::kIndex;
  EXPECT_NEAR(p.centre_x[i], 22.4, 1e-5);
  EXPECT_NEAR(p.centre_y[i], -20.8, 1e-5);
  EXPECT_NEAR(p.width[i], 67.28135016806554, 1e-4);
  EXPECT_NEAR(p.height[i], 57.90959475430141, 1e-4);
  EXPECT_NEAR(p.score[i], 0.9, 1e-6);
  EXPECT_NEAR(p.score[0], 0.5, 1e-6);
  EXPECT_EQ(p.centre_x[0], -96);  // first cell of the first anchor
  EXPECT_EQ(p.centre_y[0], -96);
  EXPECT_EQ(p.centre_x[1], -88);  // columns run fastest
}

TEST(DecodeAnchors, SigmoidReadsOneChannelPerAnchor) {
  const std::vector<AnchorShape> one = {{64, 64}};
  const std::vector<float> classification = {2, 0, 0, -1};
  const std::vector<float> regression(16, 0.0F);
  const Proposals p = decode_anchors(classification.data(), regression.data(), 2, one, kStride,
                                     ScoreKind::kSigmoid);
  EXPECT_NEAR(p.score[0], 1 / (1 + std::exp(-2.0)), 1e-6);
  EXPECT_NEAR(p.score[3], 1 / (1 + std::exp(1.0)), 1e-6);
}

TEST(DecodeDistances, MeasureFromThePointToTheSides) {
  const std::vector<float> classification = {0, 0, 0, 0, 3, 0, 0, 0};
  const std::vector<float> regression = {1, 1, 1, 1, 2, 2, 2, 2, 5, 5, 5, 5, 8, 8, 8, 8};
  const Proposals p = decode_distances(classification.data(), regression.data(), 2, 16, -16);
  EXPECT_EQ(p.per_cell, 1);
  EXPECT_NEAR(p.centre_x[0], -16 + (5 - 1) / 2.0, kExact);
  EXPECT_NEAR(p.centre_y[0], -16 + (8 - 2) / 2.0, kExact);
  EXPECT_NEAR(p.width[0], 6, kExact);
  EXPECT_NEAR(p.height[0], 10, kExact);
  EXPECT_NEAR(p.score[0], 1 / (1 + std::exp(-3.0)), 1e-6);
  EXPECT_NEAR(p.centre_x[3], 0 + 2.0, kExact);
}

TEST(Penalty, IsThatOfTheWorkedCase) {
  const Extent now{67.28135016806554, 57.90959475430141};
  EXPECT_NEAR(change_penalty(now, kBefore, 0.05), .971775976837062, kExact);
  // -log(penalty) / k + 1 = change of ratio * change of size
  EXPECT_NEAR(1 - std::log(change_penalty(now, kBefore, 1)),
              1.5491123236377111 * 1.0151617334749017, kExact);
  EXPECT_EQ(change_penalty(kBefore, kBefore, 0.05), 1);
}

TEST(Penalty, KnowsChangesOfSizeAndOfShapeApart) {
  // A square has no shape to change: what is left is the padded size, twice its side.
  const auto change = [](const Extent& now, const Extent& before) {
    return 1 - std::log(change_penalty(now, before, 1));
  };
  const auto padded = [](const Extent& e) {
    const double pad = (e.width + e.height) / 2;
    return std::sqrt((e.width + pad) * (e.height + pad));
  };
  const Extent now{67.28135016806554, 57.90959475430141};
  const double size_now = padded(now) / 2, size_before = padded(kBefore) / 2;
  EXPECT_NEAR(change({size_now, size_now}, {size_before, size_before}), 1.0151617334749017, kExact);
  EXPECT_NEAR(change({size_before, size_before}, {size_now, size_now}), 1.0151617334749017, kExact);
  // The same padded size leaves the shape.
  const double as_large = padded(kBefore) / padded(now);
  EXPECT_NEAR(change({now.width * as_large, now.height * as_large}, kBefore), 1.5491123236377111,
              kExact);
}

TEST(Choose, RanksThePenalisedAndWindowedScore) {
  const RpnParameters parameters{
      .penalty_k = 0.05, .window_influence = 0.42, .learning_rate = 0.38};
  const Choice choice = choose(WorkedCase().proposals(), kBefore, parameters);
  EXPECT_EQ(choice.index, WorkedCase::kIndex);
  EXPECT_NEAR(choice.score, 0.9, 1e-6);
  EXPECT_NEAR(choice.penalty, .971775976837062, 1e-6);
  EXPECT_NEAR(choice.ranking, .8924561509591344, 1e-6);
}

TEST(Choose, TakesTheFirstOfEqualProposals) {
  const std::vector<float> classification(2 * 4, 0.0F);
  const std::vector<float> regression(4 * 4, 0.0F);
  const Proposals p = decode_anchors(classification.data(), regression.data(), 2, {{64, 64}},
                                     kStride, ScoreKind::kSoftmax);
  EXPECT_EQ(choose(p, {64, 64}, {}).index, 0U);
}

TEST(UpdatedBox, IsThatOfTheWorkedCase) {
  const Choice choice{WorkedCase::kIndex, 0.9, .971775976837062, 0};
  const Box box = updated_box(WorkedCase().proposals(), choice,
                              Box::from_centre(129.5, 139.5, 60, 80), .9094658900300797, 0.38);
  const double rate = (box.width - 60) / (67.28135016806554 / .9094658900300797 - 60);
  EXPECT_NEAR(rate, .3323473840782752, 1e-5);
  EXPECT_NEAR(box.centre_x(), 154.12984070712002, 1e-4);
  EXPECT_NEAR(box.centre_y(), 116.62943362910283, 1e-4);
  EXPECT_NEAR(box.width, 64.64587424809986, 1e-4);
  EXPECT_NEAR(box.height, 74.57419296175573, 1e-4);
}

TEST(ClipToFrame, KeepsTheCentreInsideAndTheSidesInBounds) {
  const Size frame{640, 480};
  EXPECT_EQ(clip_to_frame(Box::from_centre(-5, 500, 20, 30), frame),
            Box::from_centre(0, 480, 20, 30));
  EXPECT_EQ(clip_to_frame(Box::from_centre(50, 50, 3, 2000), frame),
            Box::from_centre(50, 50, 10, 480));
  EXPECT_EQ(clip_to_frame(Box::from_centre(1, 1, 5, 5), {4, 4}), Box::from_centre(1, 1, 10, 10));
}

TEST(Hann, IsThePublishedWindow) {
  const std::vector<double> published = {0,      .017037, .066987, .146447, .25,     .37059, .5,
                                         .62941, .75,     .853553, .933013, .982963, 1.};
  const std::vector<double> window = hann(kSide);
  for (std::size_t i = 0; i < published.size(); ++i) EXPECT_NEAR(window[i], published[i], 1e-6);
}

}  // namespace
}  // namespace siamtrack
