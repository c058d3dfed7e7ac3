// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "siamtrack/box.h"
#include "siamtrack/frame_view.h"

/// The VOT sequence "bag" as the published NanoTrack weights were checked on it.
namespace siamtrack::testing {

using Polygon = std::array<double, 8>;

/// The axis-aligned box of a polygon's area and centre (VOT toolkit; spec section 1.4), 0-based.
inline Box area_preserving_box(const Polygon& p) {
  const auto [left, right] = std::minmax({p[0], p[2], p[4], p[6]});
  const auto [top, bottom] = std::minmax({p[1], p[3], p[5], p[7]});
  const double area = std::hypot(p[0] - p[2], p[1] - p[3]) * std::hypot(p[2] - p[4], p[3] - p[5]);
  const double factor = std::sqrt(area / ((right - left) * (bottom - top)));
  return Box::from_centre((p[0] + p[2] + p[4] + p[6]) / 4 - 1, (p[1] + p[3] + p[5] + p[7]) / 4 - 1,
                          factor * (right - left) + 1, factor * (bottom - top) + 1);
}

struct BagSequence {
  static constexpr int kFrames = 196;
  std::string folder;
  std::vector<Box> truth;  ///< of frame 1, 2 ...

  explicit BagSequence(const std::string& folder_of_bag) : folder(folder_of_bag) {
    std::ifstream file(folder + "/groundtruth_polygon.txt");
    for (std::string line; std::getline(file, line);) {
      std::replace(line.begin(), line.end(), ',', ' ');
      std::istringstream numbers(line);
      Polygon polygon{};
      for (double& number : polygon) numbers >> number;
      if (numbers) truth.push_back(area_preserving_box(polygon));
    }
  }

  /// Frame `number`, from 1; BGR.
  cv::Mat frame(int number) const {
    std::string name = std::to_string(number);
    name.insert(0, 8 - name.size(), '0');
    return cv::imread(folder + "/img/" + name + ".jpg");
  }
};

inline FrameView view(const cv::Mat& image) {
  FrameView frame;
  frame.format = PixelFormat::kBgr;
  frame.size = {image.cols, image.rows};
  frame.planes[0] = {image.data, static_cast<std::ptrdiff_t>(image.step)};
  return frame;
}

}  // namespace siamtrack::testing
