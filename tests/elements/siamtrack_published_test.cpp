// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <iomanip>
#include <limits>
#include <span>
#include <sstream>

#include "gst_support.h"
#include "published_nanotrack.h"

/// The element over the real libsiamtrack with the weights that NanoTrack's authors published.
namespace siamtrack::testing {
namespace {

std::string box_property(const Box& box) {
  std::ostringstream text;
  text << std::setprecision(std::numeric_limits<double>::max_digits10) << "box=" << box.x << ","
       << box.y << "," << box.width << "," << box.height;
  return text.str();
}

std::span<const guint8> pixels(const cv::Mat& image) {
  return {image.data, image.total() * image.elemSize()};
}

class PublishedNanoTrack : public ::testing::TestWithParam<PublishedRun> {};

TEST_P(PublishedNanoTrack, FollowsTheBagThroughTheElement) {
  SIAMTRACK_REQUIRE_PUBLISHED_NANOTRACK(GetParam(), bag, model);
  const cv::Mat first = bag.frame(1);
  Bench bench("siamtrack device=cpu model=" + model->path + " " + box_property(bag.truth[0]),
              "video/x-raw,format=BGR,framerate=30/1,width=" + std::to_string(first.cols) +
                  ",height=" + std::to_string(first.rows));
  const Seen start = bench.push(pixels(first));
  ASSERT_EQ(start.targets.size(), 1U);
  expect_near(start.targets[0].box, bag.truth[0], 1);
  expect_published_run(GetParam(), bag, [&](const cv::Mat& image) {
    const Seen seen = bench.push(pixels(image));
    EXPECT_EQ(seen.targets.size(), 1U);
    if (seen.targets.empty()) return BoxAndScore{};
    EXPECT_EQ(seen.targets[0].id, start.targets[0].id);
    return BoxAndScore{seen.targets[0].box, seen.targets[0].score};
  });
}

INSTANTIATE_TEST_SUITE_P(Bag, PublishedNanoTrack, ::testing::ValuesIn(kPublishedRuns));

}  // namespace
}  // namespace siamtrack::testing
