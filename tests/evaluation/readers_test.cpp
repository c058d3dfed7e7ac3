// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <opencv2/imgcodecs.hpp>

#include "evaluation/sequence.h"
#include "evaluation/text.h"
#include "shared_data.h"
#include "siamtrack/error.h"
#include "temporary_file.h"

namespace siamtrack::evaluation {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test.
class Readers : public ::testing::Test {
 protected:
  void text(const std::string& name, const std::string& content) {
    write_file(root_ / name, content);
  }
  void pictures(const std::string& folder, int count, const char* pattern = "%04d.jpg") {
    fs::create_directories(root_ / folder);
    for (int i = 1; i <= count; ++i) {
      char name[32];
      std::snprintf(name, sizeof name, pattern, i);
      cv::imwrite((root_ / folder / name).string(), cv::Mat(8, 8, CV_8UC3, cv::Scalar::all(i)));
    }
  }
  std::vector<Sequence> read(const std::string& below = "") {
    problems_.clear();
    return read_dataset(root_ / below, {}, problems_);
  }

  const testing::TemporaryFolder temporary_;
  const fs::path& root_ = temporary_.path;
  Problems problems_;
};

TEST_F(Readers, OtbCountsFromOneWithAnySeparator) {
  pictures("OTB/Couple/img", 3);
  text("OTB/Couple/groundtruth_rect.txt", "51\t47\t25\t62\r\n47,42, 24,62\n 1 2 3.5 4 \n\n");
  const auto sequences = read();
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].dataset, "OTB");
  EXPECT_EQ(sequences[0].origin, 1);
  EXPECT_EQ(sequences[0].boxes()[1], (Box{47, 42, 24, 62}));
  EXPECT_EQ(sequences[0].boxes()[2], (Box{1, 2, 3.5, 4}));
  EXPECT_TRUE(problems_.empty());
}

TEST_F(Readers, OtbTwoTargetsAndAnEmptyFile) {
  pictures("OTB/Jogging/img", 1);
  text("OTB/Jogging/groundtruth_rect.1.txt", "1,1,5,5\n");
  text("OTB/Jogging/groundtruth_rect.2.txt", "2,2,5,5\n");
  pictures("OTB/Human4/img", 1);
  text("OTB/Human4/groundtruth_rect.1.txt", "");
  text("OTB/Human4/groundtruth_rect.2.txt", "3,3,5,5\n");
  const auto sequences = read();
  ASSERT_EQ(sequences.size(), 3U);
  EXPECT_EQ(sequences[0].name, "Human4");
  EXPECT_EQ(sequences[1].name, "Jogging.1");
  EXPECT_EQ(sequences[2].name, "Jogging.2");
}

TEST_F(Readers, ListedShortIsNoProblemOthersAre) {
  pictures("OTB/Football1/img", 76);
  pictures("OTB/Other/img", 3);
  std::string lines;
  for (int i = 0; i < 74; ++i) lines += "1,1,5,5\n";
  text("OTB/Football1/groundtruth_rect.txt", lines);
  text("OTB/Other/groundtruth_rect.txt", "1,1,5,5\n1,1,5,5\n1,1,5,5\n1,1,5,5\n");
  const auto sequences = read();
  ASSERT_EQ(sequences.size(), 2U);
  EXPECT_EQ(sequences[0].images.size(), 74U);
  EXPECT_EQ(sequences[1].length(), 3U);
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_[0].sequence, "Other");
  EXPECT_EQ(problems_[0].line, 4);
}

TEST_F(Readers, BadLinesMissingPicturesAndEmptyFoldersAreNamed) {
  pictures("OTB/A/img", 4);
  fs::remove(root_ / "OTB/A/img/0002.jpg");
  text("OTB/A/groundtruth_rect.txt", "1,1,5,5\nnan,nan,nan,nan\n1,2,three,4\n1,1,5,5\n");
  fs::create_directories(root_ / "OTB/B");
  fs::create_directories(root_ / "OTB/C/img");
  text("OTB/C/groundtruth_rect.txt", "1,1,5,5\n");
  const auto sequences = read();
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].length(), 4U);  // the others keep their lines
  EXPECT_FALSE(is_valid(sequences[0].boxes()[1]));
  ASSERT_EQ(problems_.size(), 4U);
  EXPECT_EQ(problems_[0].line, 3);
  EXPECT_NE(problems_[1].file.find("0002.jpg"), std::string::npos);
  EXPECT_EQ(problems_[2].sequence, "B");
  EXPECT_EQ(problems_[3].sequence, "C");
  EXPECT_NE(to_string(problems_[0]).find("sequence 'A'"), std::string::npos);
}

TEST_F(Readers, VotPolygonsTagsAnchorsAndList) {
  pictures("vot/bag/color", 3, "%08d.jpg");
  text("vot/list.txt", "bag\ngone\n");
  text("vot/bag/groundtruth.txt", "0,0,4,0,4,4,0,4\n1,1,4,4\nnan,nan,nan,nan\n");
  text("vot/bag/sequence", "channels.color=color/%08d.jpg\nfps=25\nwidth=8\nheight=8\n");
  text("vot/bag/occlusion.tag", "0\n1\n");
  text("vot/bag/anchor.value", "1\n0\n-1\n");
  const auto sequences = read("vot");
  ASSERT_EQ(sequences.size(), 1U);
  const Sequence& bag = sequences[0];
  EXPECT_TRUE(std::holds_alternative<Polygon>(bag.ground_truth[0]));
  EXPECT_TRUE(std::holds_alternative<Special>(bag.ground_truth[2]));
  EXPECT_EQ(bag.frame_tags.at("occlusion"), (std::vector<bool>{false, true, false}));
  EXPECT_EQ(bag.anchors, (std::vector<double>{1, 0, -1}));
  EXPECT_EQ(bag.fps, 25);
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_[0].sequence, "gone");
}

TEST_F(Readers, Got10kAndLasotAndTlp) {
  pictures("val/GOT-10k_Val_000001", 2, "%08d.jpg");
  text("val/GOT-10k_Val_000001/groundtruth.txt", "1,1,5,5\n1,1,5,5\n");
  text("val/GOT-10k_Val_000001/meta_info.ini", "[METAINFO]\nresolution: (1920, 1080)\n");
  text("val/GOT-10k_Val_000001/cover.label", "8\n0\n");
  pictures("lasot/cat-1/img", 2, "%08d.jpg");
  text("lasot/cat-1/groundtruth.txt", "1,1,5,5\n0,0,0,0\n");
  text("lasot/cat-1/full_occlusion.txt", "0,1\n");
  text("lasot/cat-1/out_of_view.txt", "0,0\n");
  pictures("tlp/Bike/img", 2, "%05d.jpg");
  text("tlp/Bike/groundtruth_rect.txt", "1,10,20,30,40,0\n2,10,20,30,40,1\n");
  const auto sequences = read();
  ASSERT_EQ(sequences.size(), 3U);
  EXPECT_EQ(sequences[0].size, (Size{1920, 1080}));
  EXPECT_EQ(sequences[0].cover, (std::vector<int>{8, 0}));
  EXPECT_EQ(sequences[1].absent, (std::vector<bool>{false, true}));
  EXPECT_EQ(sequences[2].boxes()[0], (Box{10, 20, 30, 40}));
  EXPECT_FALSE(is_valid(sequences[2].boxes()[1]));
  EXPECT_EQ(sequences[2].origin, 0);
}

TEST_F(Readers, LasotLeavesItsTrainingSequencesOut) {
  for (const char* name : {"cat/cat-1", "cat/cat-2", "guitar-case/guitar-case-3"}) {
    pictures(std::string(name) + "/img", 2);
    text(std::string(name) + "/groundtruth.txt", "1,1,5,5\n2,2,5,5\n");
    text(std::string(name) + "/out_of_view.txt", "0,0\n");
  }
  text("testing_set.txt", "cat-2\nguitar-case-3\nzebra-1\n");
  const auto sequences = read();
  ASSERT_EQ(sequences.size(), 2U);
  EXPECT_EQ(sequences[0].name, "cat-2");
  EXPECT_TRUE(problems_.empty()) << "a class that was not downloaded";
}

TEST_F(Readers, UavPartsOfOneFolder) {
  pictures("data_seq/UAV123/bird1", 6, "%06d.jpg");
  text("anno/UAV123/bird1_2.txt", "1,1,5,5\nNaN,NaN,NaN,NaN\n");
  text("configSeqs.m",
       "seqs={struct('name','bird1_2','path','.\\data_seq\\UAV123\\bird1\\',"
       "'startFrame',4,'endFrame',5,'nz',6,'ext','jpg','init_rect',[0,0,0,0])};\n");
  const auto sequences = read();
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].images.size(), 2U);
  EXPECT_NE(sequences[0].images[0].find("000004.jpg"), std::string::npos);
}

TEST_F(Readers, DavisMasksAndTrackingNetOrder) {
  pictures("davis/JPEGImages/480p/dog", 2, "%05d.jpg");
  fs::create_directories(root_ / "davis/Annotations/480p/dog");
  cv::Mat mask = cv::Mat::zeros(8, 8, CV_8UC1);
  mask(cv::Rect(2, 3, 4, 5)) = 255;
  cv::imwrite((root_ / "davis/Annotations/480p/dog/00001.png").string(), mask);
  cv::imwrite((root_ / "davis/Annotations/480p/dog/00002.png").string(), mask * 0);
  const auto dog = read("davis");
  ASSERT_EQ(dog.size(), 1U);
  EXPECT_EQ(dog[0].boxes()[0], (Box{2, 3, 4, 5}));
  EXPECT_FALSE(is_valid(dog[0].boxes()[1]));
  pictures("tn/frames/x", 11, "%d.jpg");
  text("tn/anno/x.txt", "1,1,5,5\n");
  const auto x = read("tn");
  ASSERT_EQ(x.size(), 1U);
  EXPECT_NE(x[0].images[9].find("/10.jpg"), std::string::npos);  // by number, not by letter
}

TEST_F(Readers, OfColouredMasksTheFirstObjectOnly) {
  pictures("davis/JPEGImages/480p/dogs", 2, "%05d.jpg");
  fs::create_directories(root_ / "davis/Annotations/480p/dogs");
  cv::Mat mask = cv::Mat::zeros(8, 8, CV_8UC3);
  mask(cv::Rect(6, 0, 2, 2)) = cv::Scalar(0, 128, 0);  // BGR of object 2
  cv::imwrite((root_ / "davis/Annotations/480p/dogs/00002.png").string(), mask);
  mask(cv::Rect(2, 3, 2, 3)) = cv::Scalar(0, 0, 128);  // of object 1
  cv::imwrite((root_ / "davis/Annotations/480p/dogs/00001.png").string(), mask);
  const auto dogs = read("davis");
  ASSERT_EQ(dogs.size(), 1U);
  EXPECT_EQ(dogs[0].boxes()[0], (Box{2, 3, 2, 3}));
  EXPECT_FALSE(is_valid(dogs[0].boxes()[1]));
}

TEST_F(Readers, AFolderOfAnyLayouts) {
  pictures("all/otb/Couple/img", 1);
  text("all/otb/Couple/groundtruth_rect.txt", "1,1,5,5\n");
  pictures("all/tn/frames/x", 1, "%d.jpg");
  text("all/tn/anno/x.txt", "1,1,5,5\n");
  pictures("all/davis/JPEGImages/480p/dog", 1, "%05d.jpg");
  pictures("all/davis/Annotations/480p/dog", 1, "%05d.png");
  pictures("all/uav/data_seq/UAV123/bike", 1, "%06d.jpg");
  text("all/uav/anno/UAV123/bike.txt", "1,1,5,5\n");
  text("all/clips/cup.mp4", "");
  text("all/clips/cup.txt", "1,1,5,5\n");
  text("all/clips/without.mp4", "");
  std::vector<std::string> names;
  for (const auto& sequence : read("all")) names.push_back(sequence.dataset + " " + sequence.name);
  EXPECT_EQ(names, (std::vector<std::string>{"DAVIS dog", "TrackingNet x", "UAV123 bike",
                                             "otb Couple", "video cup"}));
  EXPECT_TRUE(problems_.empty());
}

TEST_F(Readers, PysotJson) {
  pictures("Seq/img", 2);
  text("OTB100.json", R"({"Seq": {"video_dir": "Seq", "img_names": ["Seq/img/0001.jpg",
      "Seq/img/0002.jpg"], "gt_rect": [[1, 2, 3, 4], [5, 6, 7, 8]], "attr": ["SV"]}})");
  const auto sequences = read("OTB100.json");
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].dataset, "OTB100");
  EXPECT_EQ(sequences[0].boxes()[1], (Box{5, 6, 7, 8}));
}

TEST_F(Readers, RealSequences) {
  SIAMTRACK_REQUIRE_SHARED(folder, "data/eval");
  Problems problems;
  const auto sequences = read_dataset(folder, {}, problems);
  EXPECT_EQ(sequences.size(), 19U);
  EXPECT_TRUE(problems.empty()) << to_string(problems.front());
}

TEST_F(Readers, MissingDataSetAndUnknownLayout) {
  Problems problems;
  EXPECT_THROW(read_dataset(root_ / "nothing", {}, problems), Error);
  EXPECT_THROW(read_dataset(root_, {"kitti", ""}, problems), Error);
}

}  // namespace
}  // namespace siamtrack::evaluation
