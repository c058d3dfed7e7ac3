// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/masks.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/imgcodecs.hpp>

#include "evaluation/ope_extras.h"
#include "evaluation/sequence.h"
#include "evaluation/text.h"
#include "temporary_file.h"

namespace siamtrack::evaluation {
namespace {

cv::Mat square(int x, int y, int side) {
  cv::Mat mask = cv::Mat::zeros(100, 100, CV_8UC1);
  mask(cv::Rect(x, y, side, side)) = 255;
  return mask;
}

TEST(Masks, RegionSimilarityCountsPixels) {
  EXPECT_DOUBLE_EQ(region_similarity(square(10, 10, 20), square(10, 10, 20)), 1);
  EXPECT_NEAR(region_similarity(square(10, 10, 20), square(20, 10, 20)), 200.0 / 600, 1e-12);
  EXPECT_DOUBLE_EQ(region_similarity(square(0, 0, 0), square(0, 0, 0)), 1);
}

TEST(Masks, ContourAllowsTwoPixelsHere) {
  // 0.8 % of the diagonal of 100 x 100 is 1.13: two pixels.
  EXPECT_DOUBLE_EQ(contour_accuracy(square(10, 10, 20), square(10, 10, 20)), 1);
  EXPECT_DOUBLE_EQ(contour_accuracy(square(10, 10, 20), square(12, 10, 20)), 1);
  EXPECT_LT(contour_accuracy(square(10, 10, 20), square(14, 10, 20)), 1);
  EXPECT_DOUBLE_EQ(contour_accuracy(square(10, 10, 20), square(60, 60, 20)), 0);
  EXPECT_DOUBLE_EQ(contour_accuracy(square(10, 10, 20), square(0, 0, 0)), 0);
}

TEST(Masks, StatisticsLeaveTheEndsOut) {
  // Eight counted values, falling from 0.8 to 0.1.
  const auto s = mask_statistics({9, .8, .7, .6, .5, .4, .3, .2, .1, 9});
  EXPECT_NEAR(s.mean, 0.45, 1e-12);
  EXPECT_NEAR(s.recall, 3.0 / 8, 1e-12);
  // Quarters end at round(linspace(1, 8, 5)) = 1, 3, 5, 6, 8: values 1 to 3 and 6 to 8.
  EXPECT_NEAR(s.decay, 0.7 - 0.2, 1e-12);
}

TEST(Masks, RegionsAreDrawnInTheFrame) {
  const Mask mask{-1, 0, {2, 1}, {255, 255}};
  const cv::Mat picture = draw_mask(mask, {4, 4});
  EXPECT_EQ(cv::countNonZero(picture), 1);
  EXPECT_EQ(picture.at<uchar>(0, 0), 255);
  EXPECT_EQ(cv::countNonZero(draw_mask(Special{0}, {4, 4})), 0);
}

TEST(Masks, TwoOfThemGiveNoScore) {
  const siamtrack::testing::TemporaryFolder folder;
  const std::string file = (folder.path / "mask.png").string();
  cv::imwrite(file, square(10, 10, 20));
  Sequence sequence;
  Trajectory result;
  Problems problems;
  for (const std::size_t frames : {2U, 3U}) {
    sequence.masks.assign(frames, file);
    sequence.ground_truth.assign(frames, Box{10, 10, 20, 20});
    result.regions = sequence.ground_truth;
    result.masks.assign(frames, Box{10, 10, 20, 20});
    OpeExtras extras;
    extras.add(sequence, result, problems);
    EXPECT_EQ(extras.summary().contains("mask_j"), frames == 3) << frames;
    EXPECT_EQ(problems.size(), 1U) << frames;
  }
}

/// Pictures NUMBER.jpg, and masks NUMBER.png with a box at x = NUMBER.
class MaskFolders : public ::testing::Test {
 protected:
  void write(const std::string& folder, const std::vector<int>& numbers, bool masks) const {
    std::filesystem::create_directories(root_.path / folder);
    for (const int number : numbers) {
      const std::string name = std::to_string(number) + (masks ? ".png" : ".jpg");
      cv::imwrite((root_.path / folder / name).string(), square(number, 10, 20));
    }
  }
  Sequence read() {
    const auto sequences = read_dataset(root_.path, {}, problems_);
    return sequences.size() == 1 ? sequences[0] : Sequence();
  }

  const siamtrack::testing::TemporaryFolder root_;
  Problems problems_;
};

TEST_F(MaskFolders, DavisHasNoAnnotationWhereTheMaskIsMissing) {
  write("JPEGImages/480p/dog", {1, 2, 3, 4}, false);
  write("Annotations/480p/dog", {1, 2, 4}, true);
  const Sequence dog = read();
  ASSERT_EQ(dog.length(), 4U);
  EXPECT_EQ(dog.boxes()[1], (Box{2, 10, 20, 20}));
  EXPECT_TRUE(std::holds_alternative<Special>(dog.ground_truth[2]));
  EXPECT_EQ(dog.boxes()[3], (Box{4, 10, 20, 20}));
  EXPECT_EQ(dog.masks[2], "");
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_[0].file, dog.images[2]);
}

TEST_F(MaskFolders, DavisLeavesItsTrainingSequencesOut) {
  for (const char* name : {"bear", "dog", "cows"}) {
    write(std::string("JPEGImages/480p/") + name, {1, 2}, false);
    write(std::string("Annotations/480p/") + name, {1, 2}, true);
  }
  write_file(root_.path / "ImageSets/480p/train.txt", "/JPEGImages/480p/bear/1.jpg /x\n");
  write_file(root_.path / "ImageSets/480p/val.txt", "/JPEGImages/480p/dog/1.jpg /x\n");
  EXPECT_EQ(read().name, "dog");
  write_file(root_.path / "ImageSets/2017/val.txt", "cows\n");
  EXPECT_EQ(read_dataset(root_.path, {}, problems_).size(), 2U);
}

TEST_F(MaskFolders, DavisKeepsThePlaceOfAMissingPicture) {
  write("JPEGImages/480p/dog", {1, 3, 4}, false);
  write("Annotations/480p/dog", {1, 2, 3, 4}, true);
  const Sequence dog = read();
  ASSERT_EQ(dog.length(), 4U);
  EXPECT_EQ(dog.boxes()[2], (Box{3, 10, 20, 20}));
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_[0].text, "picture is missing");
}

TEST_F(MaskFolders, MasksBesideBoxesBelongToThePicturesOfTheirNames) {
  write("dog/img", {1, 2, 3, 4}, false);
  write("dog/masks", {1, 3, 4}, true);
  write_file(root_.path / "dog/groundtruth_rect.txt", "1,1,5,5\n1,1,5,5\n1,1,5,5\n1,1,5,5\n");
  const Sequence dog = read();
  ASSERT_EQ(dog.masks.size(), 4U);
  EXPECT_EQ(dog.masks[1], "");
  EXPECT_EQ(std::filesystem::path(dog.masks[2]).filename(), "3.png");
  EXPECT_EQ(dog.origin, 0);
  EXPECT_EQ(problems_.size(), 1U);
}

}  // namespace
}  // namespace siamtrack::evaluation
