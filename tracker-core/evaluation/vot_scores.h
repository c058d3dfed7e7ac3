// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "evaluation/overlap.h"

/// Scores of the VOT challenges of 2013 to 2019 with re-initialisation (Kristan et al., "A novel
/// performance evaluation methodology for single-target trackers", TPAMI 2016).
namespace siamtrack::evaluation {

/// Codes in a trajectory.
constexpr int kUnknown = 0;
constexpr int kStarted = 1;
constexpr int kFailed = 2;

/// Frames left out of accuracy after each start, the start included.
constexpr int kBurnIn = 10;

/// Frames between a failure and the next start.
constexpr int kSkipAfterFailure = 5;

/// Lengths over which EAO is averaged, 1-based and inclusive.
struct EaoInterval {
  int low = 100;
  int high = 356;
};

/// 2015, 2016: 108 to 371; 2017, 2018: 100 to 356; 2019: 46 to 291.
/// Throws  Error(kInvalidArgument) for another year
EaoInterval eao_interval(int year);

/// All runs of one tracker over one sequence.
struct SupervisedRuns {
  std::vector<std::vector<Region>> runs;  ///< regions and codes, one per frame
  std::vector<Region> truth;
  Size size;  ///< of the frame; 0 x 0 = unbounded overlap
};

struct SupervisedScores {
  double accuracy = 0;  ///< mean overlap, see below for the mean
  double failures = 0;  ///< mean over runs of the failures in all sequences ("lost number")
  double robustness =
      0;  ///< MATLAB, pysot: 100 failures / frames; Python: weighted mean of failures
  double eao = 0;
};

/// Overlap per frame; NaN where the code says so and in the first `burn_in` frames of each start.
std::vector<double> run_overlaps(const std::vector<Region>& run, const std::vector<Region>& truth,
                                 OverlapKind kind, Size bounds, int burn_in);

/// MATLAB toolkit and pysot: accuracy pools the frames of all sequences; EAO from fragments.
SupervisedScores supervised_scores(const std::vector<SupervisedRuns>& sequences, OverlapKind kind,
                                   EaoInterval interval);

/// Python toolkit: sequences weighted by length; its own overlap and 0-based interval.
SupervisedScores supervised_scores_python(const std::vector<SupervisedRuns>& sequences,
                                          EaoInterval interval);

/// Mean overlap without the first `burn_in` frames: the Python toolkit's accuracy in the experiment
/// without resets.
double accuracy_without_resets(const SupervisedRuns& sequence, int burn_in);

/// One uninterrupted piece of tracking.
struct Fragment {
  std::vector<double> overlaps;  ///< the first one is the start and never averaged
  bool failed = false;           ///< overlap 0 for ever after; else unknown after its end
  double weight = 1;
};

/// Phi(N) for N = 1 ... longest: weighted mean over fragments of the mean overlap of frames 2 to N;
/// NaN where no fragment is that long.
std::vector<double> expected_overlap(const std::vector<Fragment>& fragments, std::size_t longest);

/// Pieces of one run by the MATLAB rules: from one start to the next start, five frames after a
/// failure; the last piece counts as not failed.
std::vector<Fragment> fragments_of(const std::vector<double>& overlaps,
                                   const std::vector<Region>& run, double weight);

/// Mean of curve[low - 1 .. high - 1] without NaN; 0 when nothing is left.
double mean_in(const std::vector<double>& curve, EaoInterval interval);

}  // namespace siamtrack::evaluation
