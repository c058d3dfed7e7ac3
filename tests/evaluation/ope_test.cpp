// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/ope.h"

#include <gtest/gtest.h>

#include <cmath>

#include "evaluation/region.h"
#include "evaluation/speed.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

const std::vector<Box> kFour(4, Box{10, 10, 20, 20});

TEST(Ope, PerfectTrackerHasTwentyOfTwentyOne) {
  const OpeScores s = scores(ope(kFour, kFour));
  EXPECT_NEAR(s.auc, 20.0 / 21.0, 1e-12);  // overlap > 1 never holds
  EXPECT_DOUBLE_EQ(s.precision_20, 1);
  EXPECT_DOUBLE_EQ(s.normalised_auc, 1);
}

TEST(Ope, OverlapOfExactlyOneHalfIsNoSuccessAtOneHalf) {
  // 20 x 20 against its upper half: overlap 200 / 400.
  const std::vector<Box> half = {{10, 10, 20, 20}, {10, 10, 20, 10}};
  const OpeCurves curves = ope({kFour[0], kFour[1]}, half);
  EXPECT_DOUBLE_EQ(curves.success[10], 0.5);  // frame 0 only
  EXPECT_DOUBLE_EQ(curves.success[9], 1.0);
}

TEST(Ope, CentreErrorOfExactlyTwentyPixelsIsAHit) {
  const std::vector<Box> moved = {{10, 10, 20, 20}, {30, 10, 20, 20}};
  const OpeCurves curves = ope({kFour[0], kFour[1]}, moved);
  EXPECT_DOUBLE_EQ(curves.precision[20], 1.0);
  EXPECT_DOUBLE_EQ(curves.precision[19], 0.5);
  // Normalised distance is 20 / 20 = 1: outside all 51 thresholds.
  EXPECT_DOUBLE_EQ(curves.normalised[50], 0.5);
}

TEST(Ope, ShiftByAQuarterWorkedByHand) {
  // 20 x 20 shifted by 5: common 15 * 20 = 300, all 500, overlap 0.6 in three of four frames.
  std::vector<Box> shifted(4, Box{15, 10, 20, 20});
  const OpeCurves curves = ope(kFour, shifted);
  EXPECT_DOUBLE_EQ(curves.success[11], 1.0);   // 0.55
  EXPECT_DOUBLE_EQ(curves.success[12], 0.25);  // 0.60: strictly greater
  EXPECT_NEAR(scores(curves).auc, (12 * 1.0 + 8 * 0.25) / 21, 1e-12);
  EXPECT_DOUBLE_EQ(curves.normalised[24], 0.25);
  EXPECT_DOUBLE_EQ(curves.normalised[25], 1.0);  // 5 / 20 inclusive
}

TEST(Ope, FirstFrameIsTheAnnotationExceptForPysot) {
  const std::vector<Box> truth = {kFour[0]};
  const std::vector<Box> wrong = {{60, 60, 5, 5}};
  EXPECT_DOUBLE_EQ(ope(truth, wrong).success[0], 1);
  EXPECT_DOUBLE_EQ(ope(truth, wrong, {}, OpeRules::kPysot).success[0], 0);
}

TEST(Ope, FramesWithoutAnnotation) {
  const std::vector<Box> truth = {kFour[0], {0, 0, 0, 0}, no_box(), kFour[0]};
  const OpeCurves own = ope(truth, kFour);
  EXPECT_DOUBLE_EQ(own.frames, 2);
  EXPECT_DOUBLE_EQ(own.success[0], 1);
  // OTB's code counts them: never a success, always a precision hit.
  const std::vector<Box> far(4, Box{70, 70, 5, 5});
  const OpeCurves otb = ope(truth, far, {}, OpeRules::kOtb);
  EXPECT_DOUBLE_EQ(otb.frames, 4);
  EXPECT_DOUBLE_EQ(otb.success[0], 0.25);
  EXPECT_DOUBLE_EQ(otb.precision[0], 0.75);
}

TEST(Ope, PysotAsksTheCentreWhereItAsksTheBoxForOverlap) {
  // At the left edge: no annotation for overlap, as x is 0, but one for precision.
  const std::vector<Box> truth(2, Box{0, 10, 20, 20});
  const std::vector<Box> far(2, Box{70, 70, 5, 5});
  const OpeCurves pysot = ope(truth, far, {}, OpeRules::kPysot);
  EXPECT_DOUBLE_EQ(pysot.success[0], 0);
  EXPECT_DOUBLE_EQ(pysot.precision[50], 0);
  EXPECT_DOUBLE_EQ(ope(truth, truth, {}, OpeRules::kPysot).success[0], 0);
  EXPECT_DOUBLE_EQ(ope(truth, far, {}, OpeRules::kOtb).precision[0], 1);
  // The centre of 1 x 1 px at 0 is 0: none either, and a hit.
  EXPECT_DOUBLE_EQ(ope({{0, 0, 1, 1}}, {{70, 70, 5, 5}}, {}, OpeRules::kPysot).precision[0], 1);
}

TEST(Ope, AbsentFramesLeaveTheNumeratorOnlyForLasot) {
  const std::vector<bool> absent = {false, true, true, false};
  EXPECT_DOUBLE_EQ(ope(kFour, kFour, absent, OpeRules::kLasot).success[0], 0.5);
  EXPECT_DOUBLE_EQ(ope(kFour, kFour, absent).success[0], 1.0);
}

TEST(Ope, UnusableResultsRepeatTheLastOne) {
  std::vector<Box> results = kFour;
  results[2] = no_box();
  results[3].width = 0;
  EXPECT_DOUBLE_EQ(ope(kFour, results).success[19], 1.0);
  EXPECT_DOUBLE_EQ(ope(kFour, results, {}, OpeRules::kGot10k).success[19], 0.5);
}

TEST(Ope, MeanWeighsSequencesAndPoolWeighsFrames) {
  const OpeCurves good = ope(kFour, kFour);
  const OpeCurves bad = ope({kFour[0], kFour[0]}, {kFour[0], {70, 70, 5, 5}});
  EXPECT_DOUBLE_EQ(mean_curves({good, bad}).success[0], 0.75);
  EXPECT_NEAR(pooled_curves({good, bad}).success[0], 5.0 / 6.0, 1e-12);
}

TEST(Ope, UnknownRulesAreNamed) {
  EXPECT_THROW(parse_ope_rules("vot"), Error);
  EXPECT_EQ(parse_ope_rules("lasot"), OpeRules::kLasot);
}

TEST(Speed, BothDefinitionsAndPercentiles) {
  // 10 fps and 40 fps: mean of rates 25, total 2 frames in 0.125 s = 16.
  const Speed s = speed({{0.1, 0.025}});
  EXPECT_NEAR(s.fps_mean_of_rates, 25, 1e-9);
  EXPECT_NEAR(s.fps_total, 16, 1e-9);
  EXPECT_NEAR(s.p50_ms, 25, 1e-9);  // the start is no update
  EXPECT_NEAR(speed({{1, std::nan(""), 0.5}}).fps_total, 2 / 1.5, 1e-9);
  EXPECT_NEAR(percentile({1, 2, 3, 4}, 0.5), 2.5, 1e-12);
  EXPECT_NEAR(percentile({1, 2, 3, 4}, 0.95), 3.85, 1e-12);
}

}  // namespace
}  // namespace siamtrack::evaluation
