// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/prepare.h"

#include <gtest/gtest.h>

#include "small_tree.h"
#include "training/index_mask.h"
#include "training/readers/readers.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::SmallTree;

std::vector<Sequence> packed(const SmallTree& tree, const std::vector<SourceSequence>& sources) {
  Complaints complaints;
  auto sequences = prepare(sources, {.folder = tree.path("cache")}, complaints);
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

TEST(Prepare, PolygonsCoverWhatLiesInThem) {
  const SmallTree tree;
  tree.picture("set/a.jpg", 120, 100, 90, 70);
  // Over the left top corner, in the middle with edges between pixels, wholly outside.
  tree.text("set/annotations.json", R"({"set":"set","kind":"stills","images":[
    {"file":"a.jpg","objects":[{"box":[0,0,120,100],"polygon":[[-20,-20,10,-20,10,8,-20,8],
      [50,40.4,70,40.4,70,60.6,50,60.6], [300,20,310,20,310,30,300,30]]}]}]})");
  Complaints complaints;
  const auto sequences = packed(tree, read_plain(tree.path(), complaints));
  const cv::Mat mask = Cache(tree.path("cache")).mask(sequences[0].objects[0].masks.at(0));
  cv::Mat expected(100, 120, CV_8U, cv::Scalar(0));
  expected(cv::Rect(0, 0, 10, 8)) = 255;
  expected(cv::Rect(50, 40, 20, 21)) = 255;
  EXPECT_EQ(cv::countNonZero(mask != expected), 0);
}

TEST(Prepare, AMaskThatIsEmptyInsideItsBoxIsNotKnown) {
  const SmallTree tree;
  tree.picture("set/a.jpg", 120, 100, 90, 70);
  tree.mask("set/a.png", 120, 100, {10, 10, 5, 5});
  tree.text("set/annotations.json", R"({"set":"set","kind":"stills","images":[
    {"file":"a.jpg","objects":[{"box":[90.5,70.5,40,20],"mask":"a.png"},
                               {"box":[5,5,20,20],"mask":"a.png"}]}]})");
  Complaints complaints;
  const auto sequences =
      prepare(read_plain(tree.path(), complaints), {.folder = tree.path("cache")}, complaints);
  EXPECT_EQ(complaints.count("masks that are empty inside their boxes"), 1) << complaints.text();
  const auto& objects = sequences[0].objects;
  EXPECT_TRUE(objects[0].boxes[0]);
  EXPECT_TRUE(objects[0].masks.empty());
  EXPECT_EQ(objects[1].masks.size(), 1U);
}

TEST(IndexMask, GreyInThreeChannelsIsNoPalette) {
  const SmallTree tree;
  const auto values = [&](const std::string& name, int grey) {
    cv::Mat mask(20, 20, CV_8UC3, cv::Scalar::all(0));
    mask(cv::Rect(3, 4, 5, 6)) = cv::Scalar::all(grey);
    cv::imwrite(tree.path(name), mask);
    return mask_values(tree.path(name));
  };
  EXPECT_EQ(values("white.png", 255), (std::vector<int>{255}));
  EXPECT_EQ(values("second.png", 2), (std::vector<int>{2}));
  EXPECT_EQ(values("seventh.png", 128), (std::vector<int>{7})) << "the palette's colour of 7";
  EXPECT_EQ(cv::countNonZero(read_index_mask(tree.path("white.png"))), 30);
}

}  // namespace
}  // namespace siamtrack::training
