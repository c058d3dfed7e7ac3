// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <limits>
#include <tuple>

#include "harness_support.h"

namespace siamtrack::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kLine = 2;  // px, line-width in these tests
constexpr const char* kOutlineOnly = "siamtrackoverlay labels=0 line-width=2 ";

/// Whether the pixels [x, x + w) x [y, y + h) touch the lines of an outline about `box`, which lie
/// centred on its edges and may be moved by a chroma sample.
bool near_outline(const Box& box, int x, int y, int w, int h, int slack) {
  const Box outer{box.x - slack, box.y - slack, box.width + 2 * slack, box.height + 2 * slack};
  const Box pixels{double(x), double(y), double(w), double(h)};
  if (intersection(outer, pixels).area() <= 0) return false;
  return x < box.x + slack || y < box.y + slack || x + w > box.x + box.width - slack ||
         y + h > box.y + box.height - slack;
}

struct Change {
  int changed = 0;
  int stray = 0;  ///< changed samples away from the outline
};

/// Compares two frames sample by sample.
Change compare(const GstVideoInfo& info, const std::vector<guint8>& before,
               const std::vector<guint8>& after, const Box& box) {
  Change change;
  const GstVideoFormatInfo* format = info.finfo;
  for (guint c = 0; c < GST_VIDEO_INFO_N_COMPONENTS(&info); ++c) {
    const int step = GST_VIDEO_FORMAT_INFO_PSTRIDE(format, c);
    const int bytes = (GST_VIDEO_FORMAT_INFO_DEPTH(format, c) + 7) / 8;
    const int sub_x = GST_VIDEO_FORMAT_INFO_W_SUB(format, c);
    const int sub_y = GST_VIDEO_FORMAT_INFO_H_SUB(format, c);
    for (int y = 0; y < GST_VIDEO_INFO_COMP_HEIGHT(&info, c); ++y) {
      for (int x = 0; x < GST_VIDEO_INFO_COMP_WIDTH(&info, c); ++x) {
        const std::size_t at = GST_VIDEO_INFO_COMP_OFFSET(&info, c) +
                               std::size_t(y) * GST_VIDEO_INFO_COMP_STRIDE(&info, c) +
                               std::size_t(x) * step;
        if (std::equal(&before[at], &before[at] + bytes, &after[at])) continue;
        ++change.changed;
        const int slack = kLine + (2 << std::max(sub_x, sub_y));
        change.stray += !near_outline(box, x << sub_x, y << sub_y, 1 << sub_x, 1 << sub_y, slack);
      }
    }
  }
  return change;
}

class OverlayFormats : public ::testing::TestWithParam<std::tuple<const char*, Size>> {};

TEST_P(OverlayFormats, ChangesPixelsOnlyAtTheOutline) {
  const auto& [format, size] = GetParam();
  const GstVideoInfo info = video_info(format, size);
  const auto before = bytes_of(noise_frame(info).get());
  const double w = size.width;
  const double h = size.height;
  const std::vector<Box> boxes = {{w * 0.25, h * 0.25, w * 0.5, h * 0.5},
                                  {w * 0.7, h * 0.7, w, h},
                                  {-w * 0.3 - 0.5, h * 0.1, w * 0.6, h * 0.6},
                                  {1, 1, 1, 1}};
  for (const char* style : {"style=box", "style=corners"}) {
    for (const Box& box : boxes) {
      const Buffer out = drawn(std::string(kOutlineOnly) + style, format, size, target(box));
      ASSERT_NE(out, nullptr);
      const Change change = compare(info, before, bytes_of(out.get()), box);
      // In the smallest frames the lines may lie outside.
      EXPECT_TRUE(change.changed > 0 || w < 16) << style << " at " << box.x << "," << box.y;
      EXPECT_EQ(change.stray, 0) << style << " at " << box.x << "," << box.y;
    }
  }
}

TEST_P(OverlayFormats, LeavesFramesAloneWhereNothingShows) {
  const auto& [format, size] = GetParam();
  const auto before = bytes_of(noise_frame(video_info(format, size)).get());
  const std::vector<Box> boxes = {{5000, 5000, 50, 50},
                                  {-500, -500, 100, 100},
                                  {-100, -100, 5000, 5000},
                                  {0, 0, 0, 0},
                                  {10, 10, -5, 5},
                                  {kNan, 0, 10, 10},
                                  {0, 0, kNan, kNan},
                                  {-kInfinity, 0, kInfinity, 5},
                                  {-1e300, -1e300, 2e300, 2e300}};
  for (const Box& box : boxes) {
    const Buffer out = drawn(kOutlineOnly, format, size, target(box));
    ASSERT_NE(out, nullptr);
    EXPECT_EQ(before, bytes_of(out.get())) << box.x << "," << box.y << " " << box.width;
  }
}

TEST_P(OverlayFormats, DrawsEverythingOnAnySize) {
  const auto& [format, size] = GetParam();
  for (const char* style : {"box", "corners", "crosshair"}) {
    bridge::TargetRecord record = target({0.3, 0.6, size.width * 0.8, size.height * 0.9});
    record.trail = {{0, 0}, {kNan, 3}, {1e300, -1e300}, {5, 5}, {size.width * 2.0, 7}};
    record.label = "a <b>long</b> label, \xe2\x82\xac";
    record.state = bridge::TargetState::kLost;
    const Buffer out =
        drawn(std::string("siamtrackoverlay alpha=0.7 style=") + style, format, size, record);
    EXPECT_NE(out, nullptr);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, OverlayFormats,
    ::testing::Combine(
        ::testing::Values("NV12", "I420", "YV12", "YUY2", "UYVY", "RGB", "BGR", "RGBx", "BGRx",
                          "xRGB", "ARGB", "GRAY8", "Y444", "NV21", "Y41B", "YUV9", "RGB16",
                          "GRAY16_LE", "I420_10LE", "P010_10LE"),
        ::testing::Values(Size{64, 48}, Size{161, 121}, Size{33, 17}, Size{2, 2}, Size{1, 1})),
    [](const auto& info) {
      const Size size = std::get<1>(info.param);
      return std::string(std::get<0>(info.param)) + "_" + std::to_string(size.width) + "x" +
             std::to_string(size.height);
    });

TEST(OverlayTest, PacksWholeRowsOfFormatsThatCannotBeSteppedThrough) {
  for (const char* format : {"v210", "UYVP", "NV12_4L4", "NV12_10LE32"}) {
    const Size size{97, 33};
    const auto before = bytes_of(noise_frame(video_info(format, size)).get());
    const Buffer out = drawn(kOutlineOnly, format, size, target({20, 8, 40, 16}));
    ASSERT_NE(out, nullptr) << format;
    EXPECT_NE(before, bytes_of(out.get())) << format;
  }
}

}  // namespace
}  // namespace siamtrack::test
