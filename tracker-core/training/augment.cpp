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
constexpr double kReach = 3;   // of a Gaussian kernel, deviations
constexpr int kMotionLow = 3;  // length of motion blur, px (DaSiamRPN sec. 3.2)
constexpr int kMotionHigh = 12;
constexpr double kEraseLow = 0.08;  // side of the erased rectangle / side of the patch
constexpr double kEraseHigh = 0.35;

/// Directions in which the colours of natural images vary, grey levels; rows R, G, B (pysot).
constexpr double kLighting[3][3] = {
    {-0.5592, 0.9806, -0.4194}, {1.7209, 0.1988, -1.8297}, {4.6447, 4.7371, 4.8832}};

void draw_colours(const PixelLimits& limits, PixelChange& change, Random& random) {
  const double brightness = 255 * random.symmetric(limits.brightness);
  const double contrast = 1 + random.symmetric(limits.contrast);
  for (std::size_t c = 0; c < 3; ++c) {
    change.gain[c] = contrast * (1 + random.symmetric(limits.channel));
    change.offset[c] = kMiddleGrey * (1 - change.gain[c]) + brightness;
  }
  if (limits.lighting == 0) return;
  const double weights[3] = {random.gaussian(), random.gaussian(), random.gaussian()};
  for (std::size_t c = 0; c < 3; ++c) {
    const auto& row = kLighting[2 - c];  // patches are BGR
    for (std::size_t i = 0; i < 3; ++i) change.offset[c] -= limits.lighting * row[i] * weights[i];
  }
}

void draw_blur(PixelChange& change, Random& random) {
  if (random.chance(0.5)) {
    change.deviation = random.uniform(kBlurLow, kBlurHigh);
  } else {
    change.motion = kMotionLow + random.below(kMotionHigh - kMotionLow + 1);
    change.angle = random.uniform(0, std::numbers::pi);
  }
}

PixelChange::Erased draw_erased(int side, Random& random) {
  const int width = static_cast<int>(side * random.uniform(kEraseLow, kEraseHigh));
  const int height = static_cast<int>(side * random.uniform(kEraseLow, kEraseHigh));
  const int left = random.below(side - width);
  const int top = random.below(side - height);
  const int blue = random.below(256), green = random.below(256), red = random.below(256);
  return {cv::Rect(left, top, width, height), cv::Scalar(blue, green, red)};
}

cv::Mat line_kernel(int length, double angle) {
  cv::Mat kernel(length | 1, length | 1, CV_32F, cv::Scalar(0));
  const int middle = kernel.rows / 2;
  const double half = (length - 1) / 2.0;
  const auto end = [&](double sign) {
    return cv::Point(cvRound(middle + sign * half * std::cos(angle)),
                     cvRound(middle + sign * half * std::sin(angle)));
  };
  cv::line(kernel, end(-1), end(1), cv::Scalar(1));
  return kernel / cv::sum(kernel)[0];
}

void change_colours(const PixelChange& change, cv::Mat& patch) {
  cv::Mat table(1, 256, CV_8UC3);
  for (int v = 0; v < 256; ++v) {
    for (int c = 0; c < 3; ++c) {
      table.at<cv::Vec3b>(0, v)[c] =
          cv::saturate_cast<std::uint8_t>(v * change.gain[c] + change.offset[c]);
    }
  }
  cv::LUT(patch, table, patch);
}

}  // namespace

PixelChange random_change(const PixelLimits& limits, int side, Random& random) {
  PixelChange change;
  draw_colours(limits, change, random);
  if (random.chance(limits.blur)) draw_blur(change, random);
  if (random.chance(limits.erase)) change.erased = draw_erased(side, random);
  return change;
}

cv::Mat blur_kernel(const PixelChange& change) {
  if (change.deviation == 0) return line_kernel(change.motion, change.angle);
  const int side = 2 * static_cast<int>(std::ceil(kReach * change.deviation)) + 1;
  const cv::Mat line = cv::getGaussianKernel(side, change.deviation, CV_32F);
  return line * line.t();
}

void apply(const PixelChange& change, cv::Mat& patch) {
  if (change.grey) {
    cv::Mat grey;
    cv::cvtColor(patch, grey, cv::COLOR_BGR2GRAY);
    cv::cvtColor(grey, patch, cv::COLOR_GRAY2BGR);
  }
  change_colours(change, patch);
  if (change.deviation > 0) {
    const cv::Mat kernel = blur_kernel(change);
    cv::GaussianBlur(patch, patch, kernel.size(), change.deviation, 0, cv::BORDER_REPLICATE);
  } else if (change.motion > 0) {
    cv::filter2D(patch, patch, -1, blur_kernel(change), cv::Point(-1, -1), 0, cv::BORDER_REPLICATE);
  }
  if (change.erased) patch(change.erased->place) = change.erased->colour;
}

}  // namespace siamtrack::training
