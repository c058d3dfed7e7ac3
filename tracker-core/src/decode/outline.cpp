// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/outline.h"

#include <algorithm>
#include <cstdint>
#include <opencv2/imgproc.hpp>

#include "decode/mask.h"
#include "decode/mask_box.h"

namespace siamtrack {
namespace {

constexpr double kStep = 2;  // px of the patch per value

constexpr std::uint8_t kUnseen = 255, kOther = 1, kLargest = 2;  // marks of parts

struct Part {
  int area = 0;
  cv::Point seed;
  cv::Rect bounds;
};

/// Marks the connected part about `seed`.
/// Differs from cv::connectedComponents, which wakes all of OpenCV's threads for these small maps.
Part mark(cv::Mat& marks, cv::Point seed, std::uint8_t with) {
  Part part{0, seed, {}};
  part.area = cv::floodFill(marks, seed, with, &part.bounds, {}, {}, /*flags=connectivity*/ 4);
  return part;
}

/// Sets everything to 0 but the largest connected part above `threshold`, with the values next to
/// it, between which and the part its edge lies.
/// @return  the part's bounds; empty when there is none
cv::Rect keep_largest(cv::Mat& values, double threshold) {
  cv::Mat marks = values > threshold;
  Part largest;
  for (int y = 0; y < marks.rows; ++y) {
    for (int x = 0; x < marks.cols; ++x) {
      if (marks.at<std::uint8_t>(y, x) != kUnseen) continue;
      const Part part = mark(marks, {x, y}, kOther);
      if (part.area > largest.area) largest = part;
    }
  }
  if (largest.area == 0) return {};
  mark(marks, largest.seed, kLargest);
  cv::Mat near;
  cv::dilate(marks == kLargest, near, cv::Mat::ones(3, 3, CV_8U));
  values.setTo(0, near == 0);
  values.setTo(0, marks == kOther);
  return largest.bounds;
}

/// The smallest square of the map that holds `part` with the values next to it: everything else is
/// 0, and a large target's mask is made of many pixels.
cv::Rect square_about(const cv::Rect& part, int side) {
  const int extent = std::min(std::max(part.width, part.height) + 2, side);
  const auto from = [&](int first) { return std::clamp(first - 1, 0, side - extent); };
  return {from(part.x), from(part.y), extent, extent};
}

/// Where the largest values of each column pass the threshold, to the left of `first` and to the
/// right of `last`, which are above it; in columns.
std::pair<double, double> crossings(const cv::Mat& values, int first, int last, double threshold) {
  cv::Mat profile;
  cv::reduce(values, profile, /*dim=*/0, cv::REDUCE_MAX);
  const auto share = [&](int inside, int outside) {  // of the way outwards
    const bool beyond = outside < 0 || outside >= profile.cols;
    const double here = profile.at<float>(inside);
    const double there = beyond ? 0 : profile.at<float>(outside);
    return (here - threshold) / (here - there);
  };
  return {first - share(first, first - 1), last + share(last, last + 1)};
}

}  // namespace

std::optional<Outline> outline_of(std::vector<float> values, int side, int patch,
                                  const SubWindow& window, Size frame, double threshold) {
  cv::Mat map(side, side, CV_32F, values.data());
  const cv::Rect part = keep_largest(map, threshold);
  if (part.empty()) return std::nullopt;
  const double scale = static_cast<double>(window.size) / patch;  // frame px per patch px
  // Pixel i of the patch lies at window.x + (i + 0.5) scale - 0.5 of the frame (cv::resize).
  const auto offset = [&](int corner) { return corner + scale / 2 - 0.5; };
  const MaskPlace place{kStep * scale, kStep * scale, offset(window.x), offset(window.y)};
  const cv::Rect square = square_about(part, side);
  const cv::Mat cut = map(square).clone();
  const MaskPlace moved{place.scale_x, place.scale_y, place.offset_x + place.scale_x * square.x,
                        place.offset_y + place.scale_y * square.y};
  std::optional<Mask> mask =
      paste_mask({cut.ptr<float>(), cut.total()}, square.width, moved, frame, threshold);
  if (!mask) return std::nullopt;

  const auto [left, right] = crossings(map, part.x, part.br().x - 1, threshold);
  const auto [top, bottom] = crossings(map.t(), part.y, part.br().y - 1, threshold);
  // A box's edges are counted from the first pixel's edge, a pixel's place is its middle.
  const auto x = [&](double u) { return place.offset_x + place.scale_x * u + 0.5; };
  const auto y = [&](double v) { return place.offset_y + place.scale_y * v + 0.5; };
  Outline outline{*std::move(mask), {x(left), y(top), x(right) - x(left), y(bottom) - y(top)}, {}};
  outline.rotated = smallest_box(outline.mask);
  return outline;
}

bool agree(const Box& box, const Box& outline) {
  constexpr double kLeastOverlap = 0.5;  // below, one of them is wrong, and more often the outline
  return iou(box, outline) >= kLeastOverlap;
}

double fit(const Box& given, const Box& outline) {
  constexpr double kNone = 0.65, kFull = 0.95;  // chosen on half of the sequences (accurate.md)
  return std::clamp((iou(given, outline) - kNone) / (kFull - kNone), 0.0, 1.0);
}

Box between(const Box& box, const Box& outline, double share) {
  if (!agree(box, outline)) return box;
  const auto mix = [&](double a, double b) { return a + share * (b - a); };
  return {mix(box.x, outline.x), mix(box.y, outline.y), mix(box.width, outline.width),
          mix(box.height, outline.height)};
}

}  // namespace siamtrack
