// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core.hpp>
#include <opencv2/videoio.hpp>
#include <string>

#include "siamtrack/result.h"

namespace siamtrack::tools {

/// Draws box, score and state: green tracking, yellow uncertain, red lost.
void draw_result(cv::Mat& bgr, const TrackResult& result);

/// Video file that opens with its first frame; the container follows the name (.mp4, .avi, .mkv).
class AnnotatedVideo {
 public:
  /// @param fps  0 = unknown: 25 is written
  AnnotatedVideo(std::string path, double fps);
  /// Throws  Error(kIo) when no encoder takes the file
  void write(const cv::Mat& bgr);

 private:
  std::string path_;
  double fps_;
  cv::VideoWriter writer_;
};

}  // namespace siamtrack::tools
