// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <string>
#include <vector>

#include "siamtrack/box.h"

/// One-pass evaluation (Wu, Lim and Yang, "Online object tracking: a benchmark", CVPR 2013; LaSOT
/// for normalised precision). Boxes and annotation share one coordinate origin.
namespace siamtrack::evaluation {

/// Whose treatment of missing annotation and results is followed.
enum class OpeRules {
  kOwn,     ///< frames without annotation count nowhere; unusable results repeat the last one
  kOtb,     ///< OTB's MATLAB code: such frames are never a success and always a precision hit
  kGot10k,  ///< got10k: no check at all
  kPysot,   ///< as kOtb, results are not repaired, frame 0 is the result's own
  kLasot,   ///< LaSOT's MATLAB code: as kOtb, and absent frames leave the numerator only
};

/// "own", "otb", "got10k", "pysot", "lasot". Throws  Error(kInvalidArgument)
OpeRules parse_ope_rules(const std::string& name);

constexpr int kSuccessSteps = 21;    ///< overlap k / 20
constexpr int kPrecisionSteps = 51;  ///< distance k px; normalised distance k / 100

/// Share of frames that pass each threshold.
struct OpeCurves {
  std::array<double, kSuccessSteps> success{};       ///< IoU > k / 20, strictly
  std::array<double, kPrecisionSteps> precision{};   ///< centre error <= k px
  std::array<double, kPrecisionSteps> normalised{};  ///< centre error / box size <= k / 100
  double frames = 0;                                 ///< that counted
  double mean_iou = 0;
};

/// Numbers of the tables.
struct OpeScores {
  double auc = 0;             ///< mean of the success curve; 20/21 for a perfect tracker
  double success_50 = 0;      ///< success at overlap 0.5
  double precision_20 = 0;    ///< precision at 20 px
  double normalised_20 = 0;   ///< normalised precision at 0.20 (LaSOT, pysot)
  double normalised_auc = 0;  ///< mean of the normalised precision curve (got10k, TrackingNet)
};

/// Curves of one sequence.
///
/// @param truth    one box per frame, no_box() or zeros where there is none
/// @param results  one box per frame; a shorter list ends the evaluation early
/// @param absent   frames where the target cannot be seen; empty = none
OpeCurves ope(const std::vector<Box>& truth, std::vector<Box> results,
              const std::vector<bool>& absent = {}, OpeRules rules = OpeRules::kOwn);

OpeScores scores(const OpeCurves& curves);

/// Mean of the curves, each sequence with weight 1; sequences without a counted frame are left out.
OpeCurves mean_curves(const std::vector<OpeCurves>& sequences);

/// Curves weighted by their frames: several runs over one sequence (TRE, SRE).
OpeCurves pooled_curves(const std::vector<OpeCurves>& runs);

/// Euclidean distance of the centres, px.
double centre_error(const Box& a, const Box& b);

}  // namespace siamtrack::evaluation
