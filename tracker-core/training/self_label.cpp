// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/self_label.h"

#include <algorithm>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "training/patch.h"

namespace siamtrack::training {
namespace {

using Points = std::vector<cv::Point2f>;

constexpr int kGrid = 10;               // points along each side of the box (Kalal et al.)
constexpr double kLargestError = 2;     // px, median forward-backward error that is believed
constexpr double kLargestGrowth = 0.2;  // per step; more is a failure
constexpr int kCorners = 400;           // points that show what moves
constexpr double kCornerQuality = 0.01;
constexpr double kCornerDistance = 7;  // px
constexpr double kCameraError = 1.5;   // px from the camera's motion: such points move themselves
constexpr int kProposals = 300;        // random boxes from which the best is taken
constexpr double kFewestCorners = 8;   // in a box
constexpr BoxLimits kProposed{0.12, 0.6, 2.5};
constexpr double kRing = 1.6;  // outer / inner side of the ring around a proposal
constexpr double kSmallestOverlap = 0.6;
constexpr int kShortest = 4;  // frames of a track worth keeping

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

cv::Rect2d to_rect(const Box& box) { return {box.x, box.y, box.width, box.height}; }

bool inside(const Box& box, const cv::Mat& frame) {
  const Box whole{0, 0, static_cast<double>(frame.cols), static_cast<double>(frame.rows)};
  return intersection(box, whole).area() > 0.8 * box.area();
}

struct Flow {
  Points from, to;
  std::vector<double> error;  // px, forward-backward
};

Flow follow(const cv::Mat& from, const cv::Mat& to, const Points& points) {
  Flow flow;
  if (points.empty()) return flow;
  Points there, back;
  std::vector<std::uint8_t> found, found_back;
  std::vector<float> ignored;
  cv::calcOpticalFlowPyrLK(from, to, points, there, found, ignored);
  cv::calcOpticalFlowPyrLK(to, from, there, back, found_back, ignored);
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (found[i] == 0 || found_back[i] == 0) continue;
    flow.from.push_back(points[i]);
    flow.to.push_back(there[i]);
    flow.error.push_back(cv::norm(points[i] - back[i]));
  }
  return flow;
}

Flow better_half(const Flow& flow) {
  const double limit = median(flow.error);
  Flow half;
  for (std::size_t i = 0; i < flow.from.size(); ++i) {
    if (flow.error[i] > limit) continue;
    half.from.push_back(flow.from[i]);
    half.to.push_back(flow.to[i]);
    half.error.push_back(flow.error[i]);
  }
  return half;
}

double growth_of(const Flow& flow) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < flow.from.size(); ++i) {
    for (std::size_t k = i + 1; k < flow.from.size(); ++k) {
      const double before = cv::norm(flow.from[i] - flow.from[k]);
      if (before > 1) ratios.push_back(cv::norm(flow.to[i] - flow.to[k]) / before);
    }
  }
  return ratios.empty() ? 1 : median(ratios);
}

/// Points that the camera's motion does not explain, and all points.
struct Motion {
  Points all, moving;
};

Motion find_motion(const cv::Mat& frame, const cv::Mat& next) {
  Points corners;
  cv::goodFeaturesToTrack(frame, corners, kCorners, kCornerQuality, kCornerDistance);
  const Flow flow = follow(frame, next, corners);
  Motion motion{flow.from, {}};
  if (static_cast<double>(flow.from.size()) < kFewestCorners) return motion;
  const cv::Mat_<double> camera = cv::estimateAffinePartial2D(flow.from, flow.to);
  if (camera.empty()) return motion;
  for (std::size_t i = 0; i < flow.from.size(); ++i) {
    const cv::Point2f p = flow.from[i];
    const double x = camera(0, 0) * p.x + camera(0, 1) * p.y + camera(0, 2);
    const double y = camera(1, 0) * p.x + camera(1, 1) * p.y + camera(1, 2);
    const bool reliable = flow.error[i] < kLargestError;
    if (reliable && std::hypot(flow.to[i].x - x, flow.to[i].y - y) > kCameraError) {
      motion.moving.push_back(p);
    }
  }
  return motion;
}

double count_inside(const Points& points, const Box& box) {
  const cv::Rect2d rect = to_rect(box);
  return static_cast<double>(std::count_if(
      points.begin(), points.end(), [&](const auto& p) { return rect.contains(cv::Point2d(p)); }));
}

/// High when what is in the box moves and what surrounds it does not.
double score_of(const Motion& motion, const Box& box) {
  const Box outer =
      Box::from_centre(box.centre_x(), box.centre_y(), box.width * kRing, box.height * kRing);
  const double all = count_inside(motion.all, box), moving = count_inside(motion.moving, box);
  const double ring = count_inside(motion.all, outer) - all;
  const double ring_moving = count_inside(motion.moving, outer) - moving;
  if (all < kFewestCorners) return -1;
  return moving / all - (ring > 0 ? ring_moving / ring : 0) + 1e-3 * moving;
}

/// Boxes of the frames first, first + step, ... until the target is not found again.
std::vector<std::optional<Box>> chase(const std::vector<cv::Mat>& frames, int first, int last,
                                      const Box& start) {
  std::vector<std::optional<Box>> boxes(frames.size());
  boxes[static_cast<std::size_t>(first)] = start;
  const int step = last > first ? 1 : -1;
  Box box = start;
  for (int i = first; i != last; i += step) {
    const int next = i + step;
    const auto here = static_cast<std::size_t>(i), there = static_cast<std::size_t>(next);
    const std::optional<Box> found = median_flow(frames[here], frames[there], box);
    if (!found) break;
    boxes[there] = box = *found;
  }
  return boxes;
}

}  // namespace

std::optional<Box> median_flow(const cv::Mat& from, const cv::Mat& to, const Box& box) {
  Points grid;
  for (int i = 0; i < kGrid * kGrid; ++i) {
    const int row = i / kGrid;
    grid.emplace_back(static_cast<float>(box.x + box.width * (i % kGrid + 0.5) / kGrid),
                      static_cast<float>(box.y + box.height * (row + 0.5) / kGrid));
  }
  const Flow all = follow(from, to, grid);
  if (all.from.size() < kGrid * kGrid / 4) return std::nullopt;
  const Flow flow = better_half(all);
  const double growth = growth_of(flow);
  if (median(all.error) > kLargestError || std::abs(growth - 1) > kLargestGrowth) {
    return std::nullopt;
  }
  std::vector<double> x, y;
  for (std::size_t i = 0; i < flow.from.size(); ++i) {
    x.push_back(flow.to[i].x - flow.from[i].x);
    y.push_back(flow.to[i].y - flow.from[i].y);
  }
  const Box moved = Box::from_centre(box.centre_x() + median(x), box.centre_y() + median(y),
                                     box.width * growth, box.height * growth);
  return inside(moved, to) ? std::optional<Box>(moved) : std::nullopt;
}

std::optional<Box> propose_box(const cv::Mat& frame, const cv::Mat& next, Random& random) {
  const Motion motion = find_motion(frame, next);
  std::optional<Box> best;
  double best_score = -1;
  for (int i = 0; i < kProposals; ++i) {
    const Box box = random_box({frame.cols, frame.rows}, kProposed, random);
    const double score = score_of(motion, box);
    if (score <= best_score) continue;
    best_score = score;
    best = box;
  }
  return best;
}

std::vector<SourceObject> self_label(const std::vector<cv::Mat>& frames, int starts,
                                     std::uint64_t seed) {
  std::vector<SourceObject> tracks;
  const int count = static_cast<int>(frames.size());
  for (int i = 0; i < starts && count >= kShortest; ++i) {
    Random random(seed, static_cast<std::uint64_t>(i));
    const int first = i * (count - 2) / starts;
    const auto start = propose_box(frames[static_cast<std::size_t>(first)],
                                   frames[static_cast<std::size_t>(first) + 1], random);
    if (!start) continue;
    auto forward = chase(frames, first, count - 1, *start);
    int last = first;
    Box end = *start;
    for (; last + 1 < count; ++last) {
      const std::optional<Box>& next = forward[static_cast<std::size_t>(last) + 1];
      if (!next) break;
      end = *next;
    }
    const auto backward = chase(frames, last, first, end);
    int kept = 0;
    for (std::size_t k = 0; k < forward.size(); ++k) {
      std::optional<Box>& there = forward[k];
      const std::optional<Box>& back = backward[k];
      const bool same = there && back && iou(*there, *back) >= kSmallestOverlap;
      if (!same) there.reset();
      kept += same ? 1 : 0;
    }
    if (kept >= kShortest) tracks.push_back({"moving", std::move(forward), {}});
  }
  return tracks;
}

}  // namespace siamtrack::training
