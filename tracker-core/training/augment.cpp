// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/augment.h"

#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace siamtrack::training {
namespace {

constexpr double kMiddleGrey = 115;  // mean of natural images; contrast turns about it
constexpr double kBlurLow = 0.6;     // Gaussian deviation, px of the patch
constexpr double kBlurHigh = 2.2;
constexpr int kMotionLow = 3;  // length of motion blur, px
constexpr int kMotionHigh = 12;
constexpr double kEraseLow = 0.08;  // side of the erased rectangle / side of the patch
constexpr double kEraseHigh = 0.35;

void change_colours(cv::Mat& patch, const PixelLimits& limits, Random& random) {
  const double brightness = 255 * random.symmetric(limits.brightness);
  const double contrast = 1 + random.symmetric(limits.contrast);
  cv::Mat table(1, 256, CV_8UC3);
  for (int c = 0; c < 3; ++c) {
    const double gain = contrast * (1 + random.symmetric(limits.channel));
    for (int v = 0; v < 256; ++v) {
      table.at<cv::Vec3b>(0, v)[c] =
          cv::saturate_cast<std::uint8_t>((v - kMiddleGrey) * gain + kMiddleGrey + brightness);
    }
  }
  cv::LUT(patch, table, patch);
}

void blur(cv::Mat& patch, Random& random) {
  if (random.chance(0.5)) {
    cv::GaussianBlur(patch, patch, cv::Size(), random.uniform(kBlurLow, kBlurHigh));
  } else {
    motion_blur(patch, kMotionLow + random.below(kMotionHigh - kMotionLow + 1),
                random.uniform(0, std::numbers::pi));
  }
}

void erase(cv::Mat& patch, Random& random) {
  const int width = static_cast<int>(patch.cols * random.uniform(kEraseLow, kEraseHigh));
  const int height = static_cast<int>(patch.rows * random.uniform(kEraseLow, kEraseHigh));
  const cv::Rect place(random.below(patch.cols - width), random.below(patch.rows - height), width,
                       height);
  patch(place) = cv::Scalar(random.below(256), random.below(256), random.below(256));
}

}  // namespace

void motion_blur(cv::Mat& patch, int length, double angle) {
  cv::Mat kernel(length, length, CV_32F, cv::Scalar(0));
  const double half = (length - 1) / 2.0;
  const auto end = [&](double sign) {
    return cv::Point(cvRound(half + sign * half * std::cos(angle)),
                     cvRound(half + sign * half * std::sin(angle)));
  };
  cv::line(kernel, end(-1), end(1), cv::Scalar(1));
  kernel /= cv::sum(kernel)[0];
  cv::filter2D(patch, patch, -1, kernel, cv::Point(-1, -1), 0, cv::BORDER_REPLICATE);
}

void make_grey(cv::Mat& patch) {
  cv::Mat grey;
  cv::cvtColor(patch, grey, cv::COLOR_BGR2GRAY);
  cv::cvtColor(grey, patch, cv::COLOR_GRAY2BGR);
}

void augment(cv::Mat& patch, const PixelLimits& limits, Random& random) {
  change_colours(patch, limits, random);
  if (random.chance(limits.blur)) blur(patch, random);
  if (random.chance(limits.erase)) erase(patch, random);
}

}  // namespace siamtrack::training
