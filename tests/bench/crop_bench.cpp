// SPDX-License-Identifier: LGPL-2.1-or-later
#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "image/crop.h"
#include "reference_image.h"
#include "test_frame.h"

namespace siamtrack {
namespace {

constexpr Size kHd = {1280, 720};
constexpr int kInstanceSide = 255;
constexpr Colour kBorder = {104, 117, 123};

const std::map<std::string, PixelFormat> kFormats = {
    {"NV12", PixelFormat::kNv12},   {"I420", PixelFormat::kI420}, {"YUY2", PixelFormat::kYuy2},
    {"GRAY8", PixelFormat::kGray8}, {"BGR", PixelFormat::kBgr},   {"RGBA", PixelFormat::kRgba}};

/// OpenCV's conversion of a whole frame; -1: the frame is BGR already.
const std::map<std::string, int> kConversions = {{"NV12", cv::COLOR_YUV2BGR_NV12},
                                                 {"I420", cv::COLOR_YUV2BGR_I420},
                                                 {"YUY2", cv::COLOR_YUV2BGR_YUY2},
                                                 {"GRAY8", cv::COLOR_GRAY2BGR},
                                                 {"BGR", -1},
                                                 {"RGBA", cv::COLOR_RGBA2BGR}};

SubWindow centred(int size) { return {(kHd.width - size) / 2, (kHd.height - size) / 2, size}; }

/// Bytes of `format` in a rectangle of the frame.
std::int64_t bytes_of(PixelFormat format, Size size) {
  std::int64_t bytes = 0;
  for (int plane = 0; plane < 3; ++plane) {
    const auto extent = testing::plane_extent(format, size, plane);
    bytes += static_cast<std::int64_t>(extent.row_bytes) * extent.rows;
  }
  return bytes;
}

/// Bytes that a centred window covers of the frame.
std::int64_t window_bytes(PixelFormat format, int size) {
  return bytes_of(format, {std::min(size, kHd.width), std::min(size, kHd.height)});
}

void run_crop(benchmark::State& state, PixelFormat format, int size) {
  testing::TestFrame frame(format, kHd);
  std::vector<float> out(3 * kInstanceSide * kInstanceSide);
  for ([[maybe_unused]] auto step : state) {
    crop(frame.view(), centred(size), kBorder, kInstanceSide, ChannelOrder::kBgr, out.data());
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * window_bytes(format, size));
}

/// The frame's planes as the one image that cv::cvtColor wants.
cv::Mat as_opencv_image(testing::TestFrame& frame, const std::string& format) {
  const bool planar = format == "NV12" || format == "I420";
  const auto extent = testing::plane_extent(frame.view().format, kHd, 0);
  const int rows = planar ? kHd.height * 3 / 2 : kHd.height;
  const int channels = planar ? 1 : extent.row_bytes / kHd.width;
  cv::Mat image(rows, kHd.width, CV_8UC(channels));
  std::uint8_t* out = image.data;
  for (std::size_t i = 0; i < 3; ++i) out = std::ranges::copy(frame.plane(i), out).out;
  return image;
}

void run_opencv(benchmark::State& state, const std::string& format, int size) {
  testing::TestFrame frame(kFormats.at(format), kHd);
  const cv::Mat image = as_opencv_image(frame, format);
  const int conversion = kConversions.at(format);
  cv::Mat bgr = image;
  cv::Mat patch;
  for ([[maybe_unused]] auto step : state) {
    if (conversion >= 0) cv::cvtColor(image, bgr, conversion);
    testing::reference_crop(bgr, centred(size), kBorder, kInstanceSide).convertTo(patch, CV_32FC3);
    benchmark::DoNotOptimize(patch.data);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * window_bytes(frame.view().format, size));
}

void run_mean(benchmark::State& state, PixelFormat format) {
  testing::TestFrame frame(format, kHd);
  for ([[maybe_unused]] auto step : state) {
    benchmark::DoNotOptimize(mean_colour(frame.view()));
  }
  state.SetBytesProcessed(state.iterations() * bytes_of(format, kHd));
}

// Small, usual, exactly 2:1, and far larger than the output.
const std::vector<int> kWindowSizes = {100, 280, 510, 1500};

void register_benchmarks() {
  for (const auto& [name, format] : kFormats) {
    for (const int size : kWindowSizes) {
      const std::string row = name + "/" + std::to_string(size);
      const auto kind = format;
      benchmark::RegisterBenchmark(("crop/" + row).c_str(), run_crop, kind, size);
      benchmark::RegisterBenchmark(("convert_pad_resize/" + row).c_str(), run_opencv, name, size);
    }
    const auto kind = format;
    benchmark::RegisterBenchmark(("mean_colour/" + name).c_str(), run_mean, kind);
  }
}

}  // namespace
}  // namespace siamtrack

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  cv::setNumThreads(1);  // one core beside one core
  siamtrack::register_benchmarks();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
