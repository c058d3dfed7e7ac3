// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/ope.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "evaluation/region.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

/// numpy's eps in got10k's union.
constexpr double kGotEps = std::numeric_limits<double>::epsilon();

struct FrameErrors {
  double overlap = -1;   ///< -1: never a success
  double distance = -1;  ///< -1: always a hit
  double normalised = -1;
};

bool all_positive(const Box& box) {
  return box.x > 0 && box.y > 0 && box.width > 0 && box.height > 0;
}

/// Frames where the MATLAB tools and pysot have no annotation.
bool missing(const Box& truth, OpeRules rules) {
  switch (rules) {
    case OpeRules::kOwn:
      return !is_valid(truth);
    case OpeRules::kGot10k:
      return std::isnan(truth.x + truth.y + truth.width + truth.height);
    default:
      return !all_positive(truth);
  }
}

/// Frames whose centre has no annotation: pysot asks that of the centre x + (w - 1) / 2 itself.
bool centre_missing(const Box& truth, OpeRules rules) {
  if (rules != OpeRules::kPysot) return missing(truth, rules);
  return !(truth.centre_x() > 0.5 && truth.centre_y() > 0.5);
}

double overlap_of(const Box& truth, const Box& result, OpeRules rules) {
  if (!is_finite(result)) return std::numeric_limits<double>::quiet_NaN();
  const double common = intersection(truth, result).area();
  const double all = truth.area() + result.area() - common;
  if (rules == OpeRules::kGot10k) return std::clamp(common / (all + kGotEps), 0.0, 1.0);
  return all > 0 ? std::clamp(common / all, 0.0, 1.0) : 0.0;
}

FrameErrors errors_of(const Box& truth, const Box& result, OpeRules rules) {
  FrameErrors errors;
  if (!missing(truth, rules)) errors.overlap = overlap_of(truth, result, rules);
  if (centre_missing(truth, rules)) return errors;
  double width = truth.width, height = truth.height;
  if (rules == OpeRules::kGot10k) {
    width = std::max(1.0, width);
    height = std::max(1.0, height);
  }
  // Every toolkit measures x + (w - 1) / 2; the half pixel cancels.
  const double dx = truth.centre_x() - result.centre_x();
  const double dy = truth.centre_y() - result.centre_y();
  errors.distance = std::hypot(dx, dy);
  errors.normalised = std::hypot(dx / width, dy / height);
  return errors;
}

/// A result that is no box repeats the one before (OTB calcSeqErrRobust.m).
void repair(std::vector<Box>& results) {
  for (std::size_t i = 1; i < results.size(); ++i) {
    if (!is_valid(results[i])) results[i] = results[i - 1];
  }
}

void count(const FrameErrors& errors, OpeCurves& curves) {
  for (int k = 0; k < kSuccessSteps; ++k) {
    curves.success[k] += errors.overlap > k / 20.0;
  }
  for (int k = 0; k < kPrecisionSteps; ++k) {
    curves.precision[k] += errors.distance <= k;
    curves.normalised[k] += errors.normalised <= k / 100.0;
  }
  if (errors.overlap > 0) curves.mean_iou += errors.overlap;
}

template <typename Function>
void for_each_value(OpeCurves& target, const OpeCurves& source, Function function) {
  const auto apply = [&](auto& to, const auto& from) {
    for (std::size_t i = 0; i < to.size(); ++i) function(to[i], from[i]);
  };
  apply(target.success, source.success);
  apply(target.precision, source.precision);
  apply(target.normalised, source.normalised);
  function(target.mean_iou, source.mean_iou);
}

void divide(OpeCurves& curves, double by) {
  if (by > 0) for_each_value(curves, curves, [by](double& to, double) { to /= by; });
}

template <std::size_t kCount>
double mean(const std::array<double, kCount>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / kCount;
}

}  // namespace

OpeRules parse_ope_rules(const std::string& name) {
  if (name == "own") return OpeRules::kOwn;
  if (name == "otb") return OpeRules::kOtb;
  if (name == "got10k") return OpeRules::kGot10k;
  if (name == "pysot") return OpeRules::kPysot;
  if (name == "lasot") return OpeRules::kLasot;
  throw Error(ErrorCode::kInvalidArgument,
              "expected the rules own, otb, got10k, pysot or lasot, found '" + name + "'");
}

OpeCurves ope(const std::vector<Box>& truth, std::vector<Box> results,
              const std::vector<bool>& absent, OpeRules rules) {
  const std::size_t frames = std::min(truth.size(), results.size());
  if (rules != OpeRules::kPysot && frames > 0) results.front() = truth.front();
  if (rules != OpeRules::kPysot && rules != OpeRules::kGot10k) repair(results);
  OpeCurves curves;
  for (std::size_t i = 0; i < frames; ++i) {
    const bool hidden = i < absent.size() && absent[i] && rules != OpeRules::kGot10k;
    const bool unknown = missing(truth[i], rules);
    const bool drops_out = rules == OpeRules::kOwn || rules == OpeRules::kGot10k;
    if (drops_out && (hidden || unknown)) continue;
    ++curves.frames;
    if (!hidden) count(errors_of(truth[i], results[i], rules), curves);
  }
  divide(curves, curves.frames);
  return curves;
}

OpeScores scores(const OpeCurves& curves) {
  return {mean(curves.success), curves.success[10], curves.precision[20], curves.normalised[20],
          mean(curves.normalised)};
}

OpeCurves mean_curves(const std::vector<OpeCurves>& sequences) {
  OpeCurves sum;
  double counted = 0;
  for (const auto& curves : sequences) {
    if (curves.frames <= 0) continue;
    for_each_value(sum, curves, [](double& to, double from) { to += from; });
    sum.frames += curves.frames;
    ++counted;
  }
  divide(sum, counted);
  return sum;
}

OpeCurves pooled_curves(const std::vector<OpeCurves>& runs) {
  OpeCurves sum;
  for (const auto& curves : runs) {
    for_each_value(sum, curves, [&](double& to, double from) { to += from * curves.frames; });
    sum.frames += curves.frames;
  }
  divide(sum, sum.frames);
  return sum;
}

double centre_error(const Box& a, const Box& b) {
  return std::hypot(a.centre_x() - b.centre_x(), a.centre_y() - b.centre_y());
}

}  // namespace siamtrack::evaluation
