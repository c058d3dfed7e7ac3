// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/restarts.h"

#include <algorithm>
#include <cmath>

namespace siamtrack::evaluation {
namespace {

constexpr std::size_t kSegments = 20;  // OTB
constexpr double kShift = 0.1;         // of the box's side, OTB
constexpr double kScales[] = {0.8, 0.9, 1.1, 1.2};

/// MATLAB's round: halves away from zero.
Box rounded_box(double x, double y, double width, double height) {
  return {std::round(x), std::round(y), std::round(width), std::round(height)};
}

/// Cut to a frame whose pixels count from 1 (shiftInitBB.m); `origin` moves other data sets there.
Box cut(Box box, Size frame, double origin) {
  const double to_one = 1 - origin;
  box.x = std::max(1.0, box.x + to_one);
  box.y = std::max(1.0, box.y + to_one);
  box.width = std::min(box.width, frame.width - box.x + 1);
  box.height = std::min(box.height, frame.height - box.y + 1);
  return {box.x - to_one, box.y - to_one, box.width, box.height};
}

}  // namespace

std::vector<Course> temporal_courses(const Sequence& sequence) {
  const auto boxes = sequence.boxes();
  std::vector<std::size_t> usable;  // Idx in splitSeqTRE.m, 0-based
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    if (is_valid(boxes[i]) && boxes[i].x > 0 && boxes[i].y > 0) usable.push_back(i);
  }
  // Last place from which at least 20 frames remain, counted from 1.
  std::size_t last = 0;
  for (std::size_t k = 0; k < usable.size(); ++k) {
    if (boxes.size() - usable[k] >= kSegments) last = k + 1;
  }
  std::vector<Course> courses;
  const auto add = [&](std::size_t place) {
    const std::size_t first = usable[place - 1];
    courses.push_back({first, boxes.size() - first, 1, boxes[first]});
  };
  if (last == 0) {
    if (!usable.empty()) add(1);
    return courses;
  }
  const double step = static_cast<double>(last) / (kSegments - 1);
  for (std::size_t k = 0; 1 + step * static_cast<double>(k) <= static_cast<double>(last); ++k) {
    add(static_cast<std::size_t>(std::floor(1 + step * static_cast<double>(k))));
  }
  add(last);
  return courses;
}

std::vector<Course> spatial_courses(const Sequence& sequence, Size frame) {
  if (std::ranges::none_of(sequence.boxes(), is_valid)) return {};
  const Course base = whole(sequence);
  const auto [x, y, w, h] = base.box;
  const double dx = std::ceil(kShift * w), dy = std::ceil(kShift * h);
  std::vector<Box> boxes = {
      {x - dx, y, w, h}, {x + dx, y, w, h}, {x, y - dy, w, h}, {x, y + dy, w, h}};
  // The corner across stays where it is: right and bottom edges are x + w - 1 and y + h - 1.
  const double gx = kShift * w, gy = kShift * h;
  boxes.push_back(rounded_box(x - gx, y - gy, w + gx, h + gy));
  boxes.push_back(rounded_box(x, y - gy, w + gx, h + gy));
  boxes.push_back(rounded_box(x - gx, y, w + gx, h + gy));
  boxes.push_back(rounded_box(x, y, w + gx, h + gy));
  for (const double scale : kScales) {
    boxes.push_back(
        rounded_box(x + w / 2 * (1 - scale), y + h / 2 * (1 - scale), w * scale, h * scale));
  }
  std::vector<Course> courses;
  courses.reserve(boxes.size());
  for (const Box& box : boxes) {
    courses.push_back({base.first, base.frames, 1, cut(box, frame, sequence.origin)});
  }
  return courses;
}

}  // namespace siamtrack::evaluation
