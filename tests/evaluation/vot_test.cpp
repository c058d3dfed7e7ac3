// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <cmath>

#include "evaluation/got10k.h"
#include "evaluation/longterm.h"
#include "evaluation/multistart.h"
#include "evaluation/overlap.h"
#include "evaluation/vot_scores.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

const Box kBox{10, 10, 20, 20};
const Region kStart = Special{kStarted}, kFail = Special{kFailed}, kNone = Special{kUnknown};

TEST(Overlap, ExactPolygons) {
  const Polygon diamond{{{20, 10}, {30, 20}, {20, 30}, {10, 20}}};  // half of kBox
  EXPECT_NEAR(overlap(kBox, diamond, OverlapKind::kExact), 0.5, 1e-12);
  EXPECT_NEAR(overlap(diamond, kBox, OverlapKind::kExact), 0.5, 1e-12);
  Polygon reversed = diamond;
  std::reverse(reversed.points.begin(), reversed.points.end());
  EXPECT_NEAR(overlap(diamond, reversed, OverlapKind::kExact), 1.0, 1e-12);
  // Outside the frame does not count: kBox keeps its left half, the shifted one all of that.
  EXPECT_NEAR(overlap(kBox, Box{10, 10, 10, 20}, OverlapKind::kExact, {20, 100}), 1.0, 1e-12);
}

TEST(Overlap, LegacyRowsAreHalfOpen) {
  // Shifted by its corner, a 4 x 4 rectangle crosses rows 1 to 4 of 5 and fills columns 0 to 3.
  const auto pixels =
      rasterise(Polygon{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}}, {5, 5}, OverlapKind::kLegacy);
  EXPECT_EQ(std::count(pixels.begin(), pixels.end(), 1), 16);
  EXPECT_EQ(pixels[0], 0);      // row 0: no edge has y < 0
  EXPECT_EQ(pixels[5 * 4], 1);  // row 4: y = 4 >= 4
  EXPECT_EQ(pixels[5 * 4 + 4], 0);
}

TEST(Overlap, LegacyOfShiftedRectangle) {
  // 10 x 10 and the same 5 to the right: 5 * 10 common pixels of 150.
  EXPECT_NEAR(overlap(Box{0, 0, 10, 10}, Box{5, 0, 10, 10}, OverlapKind::kLegacy), 1.0 / 3, 1e-6);
  EXPECT_EQ(overlap(Box{0, 0, 10, 10}, Box{10, 0, 10, 10}, OverlapKind::kLegacy), 0);
  EXPECT_EQ(overlap(Box{0, 0, 10, 10}, kNone, OverlapKind::kLegacy), 0);
}

TEST(Overlap, VotPolygonsIncludeBothEnds) {
  const Polygon square{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}};
  const auto pixels = rasterise(square, {5, 5}, OverlapKind::kVot);
  EXPECT_EQ(std::count(pixels.begin(), pixels.end(), 1), 25);
  // A rectangle is x ... x + w - 1: 16 of the polygon's 25 pixels.
  EXPECT_NEAR(overlap(square, Box{0, 0, 4, 4}, OverlapKind::kVot), 16.0 / 25, 1e-12);
  EXPECT_EQ(overlap(kNone, kNone, OverlapKind::kVot), 1);
  EXPECT_EQ(overlap(kNone, kBox, OverlapKind::kVot), 0);
}

TEST(Overlap, MasksCountPixels) {
  Mask mask{10, 10, {20, 10}, std::vector<std::uint8_t>(200, 255)};
  EXPECT_NEAR(overlap(mask, kBox, OverlapKind::kVot), 0.5, 1e-12);
}

TEST(Supervised, BurnInAndCodes) {
  std::vector<Region> run(12, kBox);
  run[0] = kStart;
  const auto with =
      run_overlaps(run, std::vector<Region>(12, kBox), OverlapKind::kExact, {}, kBurnIn);
  EXPECT_TRUE(std::isnan(with[9]));
  EXPECT_DOUBLE_EQ(with[10], 1);
  const auto without = run_overlaps(run, std::vector<Region>(12, kBox), OverlapKind::kExact, {}, 0);
  EXPECT_TRUE(std::isnan(without[0]));
  EXPECT_DOUBLE_EQ(without[1], 1);
}

TEST(Supervised, ExpectedOverlapWorkedByHand) {
  // One failed piece (.5, .5 then nothing, 0 for ever), one whole piece of length 4 (1, 1, 1).
  const std::vector<Fragment> pieces = {{{0, 0.5, 0.5}, true, 1}, {{0, 1, 1, 1}, false, 1}};
  const auto curve = expected_overlap(pieces, 5);
  EXPECT_DOUBLE_EQ(curve[0], 1);
  EXPECT_DOUBLE_EQ(curve[1], 0.75);
  EXPECT_DOUBLE_EQ(curve[2], 0.75);
  EXPECT_NEAR(curve[3], (1.0 / 3 + 1) / 2, 1e-12);
  EXPECT_DOUBLE_EQ(curve[4], 0.25);  // only the failed piece is that long: 1 / 4
  EXPECT_NEAR(mean_in(curve, {2, 5}), (0.75 + 0.75 + 2.0 / 3 + 0.25) / 4, 1e-12);
}

TEST(Supervised, FragmentsFromStartToStart) {
  // Start 0, failure at 3, start at 8, end at 12.
  std::vector<Region> run(12, kBox);
  run[0] = run[8] = kStart;
  run[3] = kFail;
  for (int i = 4; i < 8; ++i) run[i] = kNone;
  const auto overlaps =
      run_overlaps(run, std::vector<Region>(12, kBox), OverlapKind::kExact, {}, 0);
  const auto pieces = fragments_of(overlaps, run, 0.5);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].overlaps, (std::vector<double>{0, 1, 1, 0, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(pieces[0].failed);
  EXPECT_EQ(pieces[1].overlaps, (std::vector<double>{0, 1, 1, 1}));
  EXPECT_FALSE(pieces[1].failed);
  // A failure whose next start would lie behind the end makes no further piece: the toolkit's
  // quirk.
  run.resize(7);
  const std::vector<double> cut(overlaps.begin(), overlaps.begin() + 7);
  ASSERT_EQ(fragments_of(cut, run, 1).size(), 1U);
  EXPECT_FALSE(fragments_of(cut, run, 1)[0].failed);
}

TEST(Supervised, ScoresOfThreeSequencesByHand) {
  // A: perfect, 20 frames. B: fails at 12 of 20, starts at 17. C: overlap one half, 20 frames.
  SupervisedRuns a{{std::vector<Region>(20, kBox)}, std::vector<Region>(20, kBox), {}};
  a.runs[0][0] = kStart;
  SupervisedRuns b = a, c = a;
  b.runs[0][12] = kFail;
  for (int i = 13; i < 17; ++i) b.runs[0][i] = kNone;
  b.runs[0][17] = kStart;
  for (int i = 1; i < 20; ++i) c.runs[0][i] = Box{10, 10, 20, 10};
  const auto s = supervised_scores({a, b, c}, OverlapKind::kExact, {2, 4});
  // Frames after burn-in: A 10 x 1, B 2 x 1 (10, 11; the rest burns again), C 10 x 0.5.
  EXPECT_NEAR(s.accuracy, (10 + 2 + 5) / 22.0, 1e-12);
  EXPECT_DOUBLE_EQ(s.failures, 1);
  EXPECT_NEAR(s.robustness, 100.0 / 60, 1e-12);
  // Four pieces, all 1 but C's: Phi(2 .. 4) with the last piece of B only 3 frames long.
  EXPECT_NEAR(s.eao, (3.5 / 4 + 3.5 / 4 + 2.5 / 3) / 3, 1e-12);
}

TEST(Supervised, AFailureWithoutItsStartMakesNoPiece) {
  // Failures at 3 and 6; a start is told behind the first one, or not at all.
  SupervisedRuns runs{{std::vector<Region>(12, kBox)}, std::vector<Region>(12, kBox), {}};
  runs.runs[0][3] = runs.runs[0][6] = kFail;
  EXPECT_EQ(supervised_scores_python({runs}, {1, 3}).eao, 0);
  runs.runs[0][4] = kStart;
  EXPECT_EQ(supervised_scores_python({runs}, {1, 3}).eao, 0);
  runs.runs[0][0] = kStart;  // now frames 0 to 2 and 4 to 5 are pieces
  EXPECT_GT(supervised_scores_python({runs}, {1, 3}).eao, 0);
}

TEST(Supervised, IntervalsByYear) {
  EXPECT_EQ(eao_interval(2016).high, 371);
  EXPECT_EQ(eao_interval(2018).low, 100);
  EXPECT_EQ(eao_interval(2019).low, 46);
  EXPECT_THROW(eao_interval(2020), Error);
}

TEST(Multistart, ProgressStopsBeforeTenBadFrames) {
  AnchorRun run{std::vector<double>(30, 0.8), std::vector<bool>(30, false)};
  EXPECT_EQ(progress_of(run), 30U);
  for (int i = 12; i < 22; ++i) run.overlaps[i] = 0.1;
  EXPECT_EQ(progress_of(run), 12U);
  run.empty[15] = true;  // nothing to be found there: the streak is broken
  EXPECT_EQ(progress_of(run), 30U);
}

TEST(Multistart, ScoresByHand) {
  // One run of 4 frames that holds, one that is lost from the first update on.
  AnchorRun good{{0, 0.6, 0.6, 0.6}, {}}, bad{std::vector<double>(20, 0), {}};
  const auto s = multistart_scores({{{good, bad}, 20}}, 1, 4);
  EXPECT_EQ(progress_of(bad), 0U);
  EXPECT_NEAR(s.accuracy, 1.8 / 4, 1e-12);
  EXPECT_NEAR(s.robustness, 4.0 / 24, 1e-12);
  EXPECT_NEAR(s.eao, 0.3, 1e-12);  // (0.6 + 0) / 2 at 1, 2 and 3
}

TEST(LongTerm, BestThresholdByHand) {
  // Confident frames overlap 1, the unsure one (target absent) 0; one visible frame is missed.
  const LongTermRun run{{1, 1, 0, 0.2}, {0.9, 0.8, 0.1, 0.3}, 3};
  const auto s = long_term_scores({run});
  // Threshold 0.8: precision 1, recall 2 / 3, F = 0.8. Threshold 0.3: 2.2 / 3 both, F = 0.733.
  EXPECT_NEAR(s.f_score, 0.8, 1e-12);
  EXPECT_NEAR(s.precision, 1, 1e-12);
  EXPECT_NEAR(s.recall, 2.0 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(s.threshold, 0.8);
  EXPECT_EQ(confidence_thresholds(std::vector<double>(1000, 0.5)).size(), 100U);
  EXPECT_EQ(confidence_thresholds({0.5, std::nan("")}).size(), 3U);
}

TEST(Got10k, ClippingMovesTheCornerOnly) {
  // x = -10 moves to 0, the width 30 stays: the box is shifted, not cropped.
  EXPECT_EQ(got10k_clipped({-10, 5, 30, 20}, {100, 50}), (Box{0, 5, 30, 20}));
  EXPECT_EQ(got10k_clipped({90, 45, 30, 20}, {100, 50}), (Box{90, 45, 10, 5}));
}

TEST(Got10k, FirstAndCoveredFramesDoNotCount) {
  const std::vector<Box> truth(4, kBox);
  const std::vector<Box> results = {kBox, kBox, {10, 10, 20, 10}, {60, 60, 5, 5}};
  const auto overlaps = got10k_overlaps(truth, results, {8, 8, 8, 0}, {});
  ASSERT_EQ(overlaps.size(), 2U);
  const auto s = got10k_scores(overlaps);
  EXPECT_NEAR(s.ao, 0.75, 1e-12);
  EXPECT_NEAR(s.sr50, 0.5, 1e-12);  // 0.5 is not above 0.5
  EXPECT_NEAR(s.sr75, 0.5, 1e-12);
}

}  // namespace
}  // namespace siamtrack::evaluation
