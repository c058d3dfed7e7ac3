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

}  // namespace

void draw_result(cv::Mat& bgr, const TrackResult& result) {
  const auto colour = colour_of(result.status);
  const Box& b = result.box;
  const cv::Rect rect(
      cv::Point(static_cast<int>(std::lround(b.x)), static_cast<int>(std::lround(b.y))),
      cv::Size(static_cast<int>(std::lround(b.width)), static_cast<int>(std::lround(b.height))));
  cv::rectangle(bgr, rect, colour, 2);
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
      throw Error(ErrorCode::kIo, path_ + ": no encoder for it (expected .mp4, .mkv or .avi)");
    }
  }
  writer_.write(bgr);
}

}  // namespace siamtrack::tools
