// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "siamtrack/box.h"
#include "siamtrack/frame_view.h"

/// The VOT sequence "bag" as the published NanoTrack weights were checked on it.
namespace siamtrack::testing {

using Polygon = std::array<double, 8>;

inline std::vector<Polygon> read_polygons(const std::string& path) {
  std::ifstream file(path);
  std::vector<Polygon> polygons;
  for (std::string line; std::getline(file, line);) {
    std::replace(line.begin(), line.end(), ',', ' ');
    Polygon p{};
    if (std::sscanf(line.c_str(), "%lf %lf %lf %lf %lf %lf %lf %lf", &p[0], &p[1], &p[2], &p[3],
                    &p[4], &p[5], &p[6], &p[7]) == 8) {
      polygons.push_back(p);
    }
  }
  return polygons;
}

/// The axis-aligned box of a polygon's area and centre (VOT toolkit; spec section 1.4), 0-based.
inline Box area_preserving_box(const Polygon& p) {
  const auto [left, right] = std::minmax({p[0], p[2], p[4], p[6]});
  const auto [top, bottom] = std::minmax({p[1], p[3], p[5], p[7]});
  const double area = std::hypot(p[0] - p[2], p[1] - p[3]) * std::hypot(p[2] - p[4], p[3] - p[5]);
  const double factor = std::sqrt(area / ((right - left) * (bottom - top)));
  return Box::from_centre((p[0] + p[2] + p[4] + p[6]) / 4 - 1, (p[1] + p[3] + p[5] + p[7]) / 4 - 1,
                          factor * (right - left) + 1, factor * (bottom - top) + 1);
}

/// Frame `number` of the sequence, from 1.
inline cv::Mat read_bag_frame(const std::string& folder, int number) {
  char name[16];
  std::snprintf(name, sizeof name, "%08d.jpg", number);
  return cv::imread(folder + "/img/" + name);
}

inline FrameView view(const cv::Mat& image) {
  FrameView frame;
  frame.format = PixelFormat::kBgr;
  frame.size = {image.cols, image.rows};
  frame.planes[0] = {image.data, static_cast<std::ptrdiff_t>(image.step)};
  return frame;
}

}  // namespace siamtrack::testing
