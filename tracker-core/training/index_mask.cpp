// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/index_mask.h"

#include <array>
#include <map>
#include <opencv2/imgcodecs.hpp>

namespace siamtrack::training {
namespace {

constexpr int kVoid = 255;  // VOC: border pixels that belong to no object

/// Colour of an index: its bits 0, 1, 2 (then 3, 4, 5, ...) go to the highest bits of red, green,
/// blue (PASCAL VOC development kit, labelcolormap).
cv::Vec3b palette_colour(int index) {
  cv::Vec3b bgr(0, 0, 0);
  for (int bit = 7; index > 0; --bit, index >>= 3) {
    for (int channel = 0; channel < 3; ++channel) {
      bgr[2 - channel] =
          static_cast<std::uint8_t>(bgr[2 - channel] | (index >> channel & 1) << bit);
    }
  }
  return bgr;
}

int key(const cv::Vec3b& bgr) { return bgr[0] << 16 | bgr[1] << 8 | bgr[2]; }

const std::map<int, std::uint8_t>& palette() {
  static const std::map<int, std::uint8_t> table = [] {
    std::map<int, std::uint8_t> t;
    for (int i = 0; i < 256; ++i) t[key(palette_colour(i))] = static_cast<std::uint8_t>(i);
    return t;
  }();
  return table;
}

}  // namespace

cv::Mat read_index_mask(const std::string& file) {
  cv::Mat stored = cv::imread(file, cv::IMREAD_UNCHANGED);
  if (stored.empty() || stored.type() == CV_8U) return stored;
  if (stored.type() != CV_8UC3) return cv::imread(file, cv::IMREAD_GRAYSCALE);
  cv::Mat index(stored.size(), CV_8U, cv::Scalar(0));
  bool in_palette = true, grey = true;
  for (int row = 0; row < stored.rows; ++row) {
    for (int col = 0; col < stored.cols; ++col) {
      const cv::Vec3b& bgr = stored.at<cv::Vec3b>(row, col);
      grey &= bgr[0] == bgr[1] && bgr[1] == bgr[2];
      const auto found = palette().find(key(bgr));
      in_palette &= found != palette().end();
      if (found != palette().end()) index.at<std::uint8_t>(row, col) = found->second;
    }
  }
  // Grey in three channels. Not when the palette has all of it: index 7 alone is a grey, too.
  if (grey && !in_palette) cv::extractChannel(stored, index, 0);
  return index;
}

std::vector<int> mask_values(const std::string& file) {
  const cv::Mat mask = read_index_mask(file);
  std::array<bool, 256> seen{};
  for (int row = 0; row < mask.rows; ++row) {
    for (int col = 0; col < mask.cols; ++col) seen[mask.at<std::uint8_t>(row, col)] = true;
  }
  std::vector<int> values;
  for (int value = 1; value < kVoid; ++value) {
    if (seen[static_cast<std::size_t>(value)]) values.push_back(value);
  }
  if (values.empty() && seen[kVoid]) values.push_back(kVoid);
  return values;
}

}  // namespace siamtrack::training
