// SPDX-License-Identifier: LGPL-2.1-or-later
#include "annotated_video.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "evaluation/text.h"
#include "siamtrack/error.h"
#include "track_writer.h"

namespace siamtrack::tools {
namespace {

constexpr double kDefaultFps = 25;

cv::Scalar colour_of(TrackStatus status) {
  switch (status) {
    case TrackStatus::kTracking:
      return {80, 220, 60};
    case TrackStatus::kUncertain:
      return {0, 210, 250};
    case TrackStatus::kLost:
      return {60, 60, 240};
  }
  return {255, 255, 255};
}

/// Tints the target's pixels.
void draw_mask(cv::Mat& bgr, const Mask& mask, const cv::Scalar& colour) {
  constexpr double kAlpha = 0.4;  // as siamtrackoverlay
  const cv::Rect place(mask.x, mask.y, mask.size.width, mask.size.height);
  const cv::Rect visible = place & cv::Rect(0, 0, bgr.cols, bgr.rows);
  if (visible.empty()) return;
  const cv::Mat all(place.size(), CV_8UC1, const_cast<std::uint8_t*>(mask.pixels.data()));
  cv::Mat picture = bgr(visible);
  const cv::Mat flat(visible.size(), CV_8UC3, colour);
  cv::Mat tinted;
  cv::addWeighted(picture, 1 - kAlpha, flat, kAlpha, 0, tinted);
  tinted.copyTo(picture, all(visible - place.tl()));
}

/// The turned box where there is one.
void draw_outline(cv::Mat& bgr, const TrackResult& result, const cv::Rect& rect,
                  const cv::Scalar& colour) {
  if (!result.rotated) {
    cv::rectangle(bgr, rect, colour, 2);
    return;
  }
  std::vector<cv::Point> polygon;
  for (const auto& [x, y] : corners(*result.rotated)) {
    polygon.emplace_back(cv::Point2d(x, y));
  }
  cv::polylines(bgr, polygon, /*isClosed=*/true, colour, 2, cv::LINE_AA);
}

}  // namespace

void draw_result(cv::Mat& bgr, const TrackResult& result) {
  const auto colour = colour_of(result.status);
  if (result.mask) draw_mask(bgr, *result.mask, colour);
  const Box& b = result.box;
  const cv::Rect rect(
      cv::Point(static_cast<int>(std::lround(b.x)), static_cast<int>(std::lround(b.y))),
      cv::Size(static_cast<int>(std::lround(b.width)), static_cast<int>(std::lround(b.height))));
  draw_outline(bgr, result, rect, colour);
  const std::string text = status_name(result.status) + " " + evaluation::fixed(result.score, 2);
  const cv::Point at(std::max(2, rect.x), std::max(14, rect.y - 5));
  cv::putText(bgr, text, at, cv::FONT_HERSHEY_SIMPLEX, 0.5, {0, 0, 0}, 3, cv::LINE_AA);
  cv::putText(bgr, text, at, cv::FONT_HERSHEY_SIMPLEX, 0.5, colour, 1, cv::LINE_AA);
}

AnnotatedVideo::AnnotatedVideo(std::string path, double fps)
    : path_(std::move(path)), fps_(fps > 0 ? fps : kDefaultFps) {}

void AnnotatedVideo::write(const cv::Mat& bgr) {
  if (!writer_.isOpened()) {
    const bool avi = path_.ends_with(".avi");
    const int code = avi ? cv::VideoWriter::fourcc('M', 'J', 'P', 'G')
                         : cv::VideoWriter::fourcc('m', 'p', '4', 'v');
    if (!writer_.open(path_, code, fps_, bgr.size())) {
      throw Error(ErrorCode::kIo, path_ +
                                      ": expected .mp4, .mkv or .avi in a folder that can be "
                                      "written to, found no encoder for it");
    }
  }
  writer_.write(bgr);
}

}  // namespace siamtrack::tools
