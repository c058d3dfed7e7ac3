// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

constexpr double kPrior = 0.01;  // strength of the pull to slope 1, in units of one sequence
constexpr int kSteps = 50;       // Newton needs fewer than ten
constexpr double kSmallestSlope = 0.05;

/// First and second derivatives of the penalised log loss of sigmoid(a x + b).
struct Derivatives {
  double a = 0, b = 0, aa = 0, ab = 0, bb = 0;
};

Derivatives derivatives(const std::vector<ScoredFrame>& frames, double a, double b) {
  Derivatives d{.a = kPrior * (a - 1), .b = kPrior * b, .aa = kPrior, .bb = kPrior};
  for (const ScoredFrame& frame : frames) {
    const double x = logit(frame.score);
    const double p = sigmoid(a * x + b);
    const double slope = frame.weight * (p - (frame.hit ? 1 : 0));
    const double curve = frame.weight * p * (1 - p);
    d.a += slope * x;
    d.b += slope;
    d.aa += curve * x * x;
    d.ab += curve * x;
    d.bb += curve;
  }
  return d;
}

}  // namespace

std::vector<ScoredFrame> scored_frames(const Sequence& sequence, const Trajectory& trajectory) {
  const std::vector<Box> truth = sequence.boxes();
  const std::vector<Box> boxes = trajectory.boxes();
  const std::size_t count = std::min({truth.size(), boxes.size(), trajectory.confidence.size()});
  std::vector<ScoredFrame> frames;
  for (std::size_t i = 1; i < count; ++i) {
    if (std::isnan(trajectory.confidence[i])) continue;
    const bool absent = i < sequence.absent.size() && sequence.absent[i];
    const bool present = !absent && std::isfinite(truth[i].area()) && truth[i].width > 0;
    frames.push_back({trajectory.confidence[i], present && iou(truth[i], boxes[i]) > kHitOverlap});
  }
  for (ScoredFrame& frame : frames) frame.weight = 1.0 / static_cast<double>(frames.size());
  return frames;
}

LogitLine fit_confidence(const std::vector<ScoredFrame>& frames) {
  if (frames.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "calibration: expected scored frames, found none");
  }
  double a = 1;
  double b = 0;
  for (int i = 0; i < kSteps; ++i) {
    const Derivatives d = derivatives(frames, a, b);
    const double determinant = d.aa * d.bb - d.ab * d.ab;
    const double step_a = (d.bb * d.a - d.ab * d.b) / determinant;
    const double step_b = (d.aa * d.b - d.ab * d.a) / determinant;
    // Far from the optimum the curve is flat and a whole Newton step overshoots.
    const double damping = std::min(1.0, 1 / std::max(std::abs(step_a), std::abs(step_b)));
    a -= damping * step_a;
    b -= damping * step_b;
  }
  a = std::max(a, kSmallestSlope);
  return {a, -b / a};
}

LogitLine chained(const LogitLine& first, const LogitLine& second) {
  return {first.slope * second.slope, first.centre + second.centre / first.slope};
}

std::vector<ScoredFrame> applied(const LogitLine& line, std::vector<ScoredFrame> frames) {
  for (ScoredFrame& frame : frames) {
    frame.score = calibrated(frame.score, line);
  }
  return frames;
}

double calibration_error(const std::vector<ScoredFrame>& frames) {
  constexpr int kBins = 10;
  struct Bin {
    double weight = 0, hits = 0, score = 0;
  };
  std::array<Bin, kBins> bins;
  double total = 0;
  for (const ScoredFrame& frame : frames) {
    Bin& bin = bins[std::min<std::size_t>(kBins - 1, std::size_t(frame.score * kBins))];
    bin.weight += frame.weight;
    bin.hits += frame.hit ? frame.weight : 0;
    bin.score += frame.weight * frame.score;
    total += frame.weight;
  }
  double error = 0;
  for (const Bin& bin : bins) error += std::abs(bin.hits - bin.score);
  return total > 0 ? error / total : 0;
}

}  // namespace siamtrack::evaluation
