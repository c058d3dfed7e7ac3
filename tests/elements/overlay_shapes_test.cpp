// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <limits>

#include "harness_support.h"

/// Masks and polygons as the overlay draws them.
namespace siamtrack::test {
namespace {

constexpr Size kFrame{64, 48};
constexpr guint8 kGround = 100;

/// What `launch` makes of an even grey frame with this target.
class Drawing {
 public:
  Drawing(const std::string& launch, const bridge::TargetRecord& record)
      : info_(video_info("RGB", kFrame)) {
    const Harness harness = make_harness("siamtrackoverlay labels=0 line-width=2 " + launch);
    gst_harness_set_src_caps_str(harness.get(), caps_text("RGB", kFrame).c_str());
    Buffer frame = noise_frame(info_);
    gst_buffer_memset(frame.get(), 0, kGround, info_.size);
    add_target(frame, kFrame, record);
    bytes_ = bytes_of(through(harness, std::move(frame)).get());
  }
  std::vector<int> at(int x, int y) const {
    const guint8* pixel = bytes_.data() + y * GST_VIDEO_INFO_PLANE_STRIDE(&info_, 0) + 3 * x;
    return {pixel[0], pixel[1], pixel[2]};
  }
  bool touched(int x, int y) const { return at(x, y) != std::vector<int>(3, kGround); }
  /// Number of pixels drawn on.
  int count() const {
    int all = 0;
    for (int y = 0; y < kFrame.height; ++y) {
      for (int x = 0; x < kFrame.width; ++x) all += touched(x, y);
    }
    return all;
  }

 private:
  GstVideoInfo info_;
  std::vector<guint8> bytes_;
};

/// A mask whose left half is the target.
bridge::TargetMask half_mask(const Box& box, Size size) {
  std::vector<guint8> pixels;
  for (int i = 0; i < size.width * size.height; ++i) {
    pixels.push_back(i % size.width < size.width / 2 ? 255 : 0);
  }
  return {box, size, {g_bytes_new(pixels.data(), pixels.size()), g_bytes_unref}};
}

bridge::TargetRecord masked(const Box& box, Size size) {
  bridge::TargetRecord record = target({40, 30, 10, 10});
  record.mask = half_mask(box, size);
  return record;
}

int drawn_without_mask() { return Drawing("mask=false", target({40, 30, 10, 10})).count(); }

TEST(OverlayShapesTest, MasksTintTheTarget) {
  const auto record = masked({10, 10, 8, 4}, {8, 4});
  const Drawing drawing("color-by=fixed color=0xffff0000", record);
  for (const auto& [x, y] : {std::pair{10, 10}, {13, 13}}) {
    EXPECT_NEAR(drawing.at(x, y)[0], 0.6 * kGround + 0.4 * 255, 2);
    EXPECT_NEAR(drawing.at(x, y)[1], 0.6 * kGround, 2);
  }
  for (const auto& [x, y] : {std::pair{9, 10}, {14, 10}, {10, 9}, {13, 14}}) {
    EXPECT_FALSE(drawing.touched(x, y)) << x << "," << y;
  }
  EXPECT_EQ(Drawing("mask=false", record).count(), drawn_without_mask());
}

TEST(OverlayShapesTest, CoarseMasksAreStretchedOverTheirBox) {
  const Drawing drawing("", masked({10, 10, 8, 4}, {2, 1}));
  EXPECT_EQ(drawing.count(), drawn_without_mask() + 4 * 4);
  EXPECT_TRUE(drawing.touched(13, 13));
  EXPECT_FALSE(drawing.touched(14, 13));
}

TEST(OverlayShapesTest, MasksAreCutToTheFrame) {
  const int others = drawn_without_mask();
  EXPECT_EQ(Drawing("", masked({-4, -4, 16, 8}, {16, 8})).count(), others + 4 * 4);
  EXPECT_EQ(Drawing("", masked({60, 46, 16, 8}, {16, 8})).count(), others + 4 * 2);
  EXPECT_EQ(Drawing("", masked({100, 10, 8, 4}, {8, 4})).count(), others);
  EXPECT_EQ(Drawing("", masked({10, 10, 8, 4}, {0, 0})).count(), others);
  EXPECT_EQ(Drawing("", masked({std::nan(""), 10, 8, 4}, {8, 4})).count(), others);
}

bridge::TargetRecord diamond(double x, double y, double radius) {
  bridge::TargetRecord record = target({x - radius, y - radius, 2 * radius, 2 * radius});
  record.polygon = {{x, y - radius}, {x + radius, y}, {x, y + radius}, {x - radius, y}};
  return record;
}

TEST(OverlayShapesTest, PolygonsAreDrawnInPlaceOfTheBox) {
  const auto record = diamond(30, 24, 12);
  const Drawing drawing("", record);
  for (const auto& [x, y] : {std::pair{30, 12}, {41, 24}, {36, 18}, {24, 30}}) {
    EXPECT_TRUE(drawing.touched(x, y)) << x << "," << y;
  }
  EXPECT_FALSE(drawing.touched(18, 12)) << "the box's corner";
  EXPECT_FALSE(drawing.touched(30, 24)) << "the inside";
  EXPECT_TRUE(Drawing("style=corners", record).touched(18, 12));
}

TEST(OverlayShapesTest, PolygonsAreCutToTheFrame) {
  EXPECT_GT(Drawing("", diamond(0, 0, 12)).count(), 0);
  EXPECT_EQ(Drawing("", diamond(-100, 0, 12)).count(), 0);
  EXPECT_EQ(Drawing("", diamond(30, 24, 1e9)).count(), 0) << "far corners";
}

TEST(OverlayShapesTest, PolygonsThatAreNoneLeaveTheBox) {
  const int box = Drawing("", target({18, 12, 24, 24})).count();
  bridge::TargetRecord record = diamond(30, 24, 12);
  record.polygon[0].x = std::numeric_limits<double>::infinity();
  EXPECT_EQ(Drawing("", record).count(), box);
  record.polygon = {{20, 20}, {30, 30}};
  EXPECT_EQ(Drawing("", record).count(), box);
}

}  // namespace
}  // namespace siamtrack::test
