// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/prepare.h"

#include <gtest/gtest.h>

#include "small_tree.h"
#include "training/readers/readers.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::SmallTree;

std::vector<Sequence> packed(const SmallTree& tree, const std::vector<SourceSequence>& sources) {
  Complaints complaints;
  auto sequences = prepare(sources, {tree.path("cache"), kShardBytes, 0, {}}, complaints);
  EXPECT_EQ(complaints.total(), 0) << complaints.text();
  return sequences;
}

TEST(Prepare, CutsLargeFramesDownToTheObjectsReach) {
  const SmallTree tree;
  tree.picture("set/big.jpg", 1280, 720, 900, 300);
  tree.text("set/annotations.json", R"({"set":"set","kind":"stills","images":[
    {"file":"big.jpg","objects":[{"box":[900,300,20,20]}]}]})");
  Complaints complaints;
  const auto sequences = packed(tree, read_plain(tree.path(), complaints));
  const Size size = sequences[0].frames[0].size;
  EXPECT_NEAR(size.width, 161, 1);  // 4 context squares of 40 px
  const Box box = *sequences[0].objects[0].boxes[0];
  const Cache cache(tree.path("cache"));
  const cv::Mat picture = cache.picture(sequences[0].frames[0].picture);
  cv::Mat red;
  cv::inRange(picture, cv::Scalar(0, 0, 180), cv::Scalar(90, 90, 255), red);
  const cv::Rect found = cv::boundingRect(red);
  EXPECT_NEAR(found.x, box.x, 1.5);
  EXPECT_NEAR(found.y, box.y, 1.5);
  EXPECT_NEAR(found.width, box.width, 2);
}

TEST(Prepare, ScaledMaskStaysWhereItsObjectIs) {
  const SmallTree tree;
  tree.picture("JPEGImages/480p/disc/00000.jpg", 1000, 800, 5, 5);
  cv::Mat disc(800, 1000, CV_8U, cv::Scalar(0));
  cv::circle(disc, {500, 400}, 190, cv::Scalar(255), cv::FILLED);
  std::filesystem::create_directories(tree.path("Annotations/480p/disc"));
  cv::imwrite(tree.path("Annotations/480p/disc/00000.png"), disc);
  tree.text("ImageSets/480p/train.txt",
            "/JPEGImages/480p/disc/00000.jpg /Annotations/480p/disc/00000.png\n");
  Complaints complaints;
  const auto sequences = packed(tree, read_davis(tree.path(), complaints));
  ASSERT_EQ(sequences[0].frames[0].size, (Size{249, 199}));
  const Object& object = sequences[0].objects[0];
  const cv::Moments stored = cv::moments(Cache(tree.path("cache")).mask(object.masks[0]), true);
  // Moments count pixels from their centres, boxes from their edges.
  EXPECT_NEAR(stored.m10 / stored.m00 + 0.5, object.boxes[0]->centre_x(), 0.1);
  EXPECT_NEAR(stored.m01 / stored.m00 + 0.5, object.boxes[0]->centre_y(), 0.1);
}

}  // namespace
}  // namespace siamtrack::training
