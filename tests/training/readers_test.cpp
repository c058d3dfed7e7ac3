// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/readers/readers.h"

#include <gtest/gtest.h>

#include "siamtrack/error.h"
#include "small_tree.h"
#include "training/prepare.h"

namespace siamtrack::training {
namespace {

using siamtrack::testing::SmallTree;

std::string voc_xml(const std::string& objects) {
  return "<annotation>" + objects + "</annotation>";
}

std::string voc_object(const std::string& track, int left, int top, int right, int bottom) {
  return "<object>" + track + "<name>n02084071</name><bndbox><xmax>" + std::to_string(right) +
         "</xmax><xmin>" + std::to_string(left) + "</xmin><ymax>" + std::to_string(bottom) +
         "</ymax><ymin>" + std::to_string(top) + "</ymin></bndbox></object>";
}

TEST(Readers, ImageNetVid) {
  const SmallTree tree;
  const std::string folder = "Annotations/VID/train/ILSVRC2015_VID_train_0000/clip/";
  tree.text(folder + "000000.xml", voc_xml(voc_object("<trackid>0</trackid>", 10, 20, 40, 60)));
  tree.text(folder + "000001.xml", voc_xml(voc_object("<trackid>0</trackid>", 12, 20, 42, 60) +
                                           voc_object("<trackid>1</trackid>", 50, 5, 60, 15)));
  tree.text(folder + "000002.xml", "<annotation><object>");
  Complaints complaints;
  const auto sequences = read_imagenet_vid(tree.path(), complaints);
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].name, "clip");
  ASSERT_EQ(sequences[0].objects.size(), 2U);
  EXPECT_EQ(sequences[0].objects[0].boxes[1], (Box{12, 20, 31, 41}));
  EXPECT_FALSE(sequences[0].objects[1].boxes[0]);
  EXPECT_FALSE(sequences[0].objects[0].boxes[2]);
  EXPECT_EQ(sequences[0].frames[1],
            tree.path("Data/VID/train/ILSVRC2015_VID_train_0000/clip/000001.JPEG"));
  EXPECT_EQ(complaints.count("annotation files that cannot be read"), 1);
}

TEST(Readers, ImageNetDet) {
  const SmallTree tree;
  tree.text("Annotations/DET/train/a/one.xml", voc_xml(voc_object("", 1, 2, 11, 22)));
  tree.text("Annotations/DET/train/a/none.xml", voc_xml(""));
  Complaints complaints;
  const auto stills = read_imagenet_det(tree.path(), complaints);
  ASSERT_EQ(stills.size(), 1U);
  EXPECT_EQ(stills[0].objects[0].boxes[0], (Box{1, 2, 11, 21}));
  EXPECT_EQ(stills[0].frames[0], tree.path("Data/DET/train/a/one.JPEG"));
}

TEST(Readers, Got10k) {
  const SmallTree tree;
  const std::string name = "GOT-10k_Train_000001/";
  tree.text(name + "groundtruth.txt",
            "10.0,20.0,30.0,40.0\n11,20,30,40\n12,20,30,40\n13,20,0,0\n\n");
  tree.text(name + "absence.label", "0\n1\n0\n0\n");
  tree.text(name + "cover.label", "8\n8\n0\n8\n");
  tree.text(name + "meta_info.ini", "[METAINFO]\nobject_class: brown bear \r\nmotion_class: run\n");
  tree.text("GOT-10k_Train_000002/readme.txt", "");
  Complaints complaints;
  const auto sequences = read_got10k(tree.path(), complaints);
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].objects[0].label, "brown bear");
  const auto& boxes = sequences[0].objects[0].boxes;
  EXPECT_EQ(boxes[0], (Box{10, 20, 30, 40}));
  ASSERT_EQ(boxes.size(), 4U);
  for (int i = 1; i < 4; ++i) EXPECT_FALSE(boxes[i]) << i;
  ASSERT_EQ(sequences[0].frames.size(), 4U);
  EXPECT_EQ(sequences[0].frames[3], tree.path(name + "00000004.jpg"));
  EXPECT_EQ(complaints.count("sequences without groundtruth.txt"), 1);
}

TEST(Readers, AMissingPictureShiftsNoBox) {
  const SmallTree tree;
  const std::string name = "GOT-10k_Train_000001/";
  tree.picture(name + "00000001.jpg", 120, 100, 10, 20);
  tree.picture(name + "00000003.jpg", 120, 100, 14, 20);
  tree.text(name + "groundtruth.txt", "10,20,20,20\n12,20,20,20\n14,20,20,20\n");
  Complaints complaints;
  const auto sources = read_got10k(tree.path(), complaints);
  EXPECT_EQ(sources[0].objects[0].label, "GOT-10k_Train_000001") << "no meta_info.ini";
  const auto clip = prepare(sources, {.folder = tree.path("cache")}, complaints);
  EXPECT_EQ(complaints.count("missing pictures"), 1);
  ASSERT_EQ(clip[0].frames.size(), 2U);
  ASSERT_EQ(clip[0].objects.size(), 1U);
  EXPECT_EQ(clip[0].objects[0].boxes[1], (Box{14, 20, 20, 20}));
}

TEST(Readers, LasotTestsAreNotTrained) {
  const SmallTree tree;
  for (const char* name : {"airplane/airplane-1/", "airplane/airplane-2/", "bear/bear-1/"}) {
    tree.text(std::string(name) + "groundtruth.txt", "11,21,30,40\n");
  }
  tree.text("testing_set.txt", "airplane-1\n");
  Complaints complaints;
  const auto untested = read_lasot(tree.path(), complaints);
  ASSERT_EQ(untested.size(), 2U);
  EXPECT_EQ(untested[0].name, "airplane-2");
  EXPECT_EQ(untested[0].objects[0].label, "airplane");
  tree.text("training_set.txt", "bear-1\n");
  const auto sequences = read_lasot(tree.path(), complaints);
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].name, "bear-1");
}

TEST(Readers, Lasot) {
  const SmallTree tree;
  const std::string name = "airplane/airplane-1/";
  for (int i = 1; i <= 3; ++i) tree.text(name + "img/0000000" + std::to_string(i) + ".jpg", "");
  tree.text(name + "groundtruth.txt", "11,21,30,40\n12,21,30,40\n13,21,30,40\n");
  tree.text(name + "full_occlusion.txt", "0,1,0\n");
  tree.text(name + "out_of_view.txt", "0,0,1\n");
  Complaints complaints;
  const auto sequences = read_lasot(tree.path(), complaints);
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].frames.size(), 3U);
  EXPECT_EQ(sequences[0].objects[0].boxes[0], (Box{10, 20, 30, 40}));  // 1-based files
  EXPECT_FALSE(sequences[0].objects[0].boxes[1]);
  EXPECT_FALSE(sequences[0].objects[0].boxes[2]);
}

TEST(Readers, YouTubeBoundingBoxes) {
  const SmallTree tree;
  tree.picture("frames/abc/1000.jpg", 200, 100, 5, 5);
  tree.picture("frames/abc/2000.jpg", 200, 100, 5, 5);
  tree.text("annotations.csv",
            "abc,1000,0,person,0,present,0.1,0.3,0.2,0.8\n"
            "abc,2000,0,person,0,absent,-1,-1,-1,-1\n"
            "abc,2000,3,dog,0,present,0,x,0.2,0.8\n");
  Complaints complaints;
  const auto sequences = read_youtube_bb(tree.path(), complaints);
  ASSERT_GE(sequences.size(), 1U);
  const SourceSequence& person = sequences[0];
  EXPECT_EQ(person.name, "abc-0-0");
  ASSERT_TRUE(person.objects[0].boxes[0]);
  EXPECT_NEAR(person.objects[0].boxes[0]->x, 20, 1e-9);
  EXPECT_NEAR(person.objects[0].boxes[0]->height, 60, 1e-9);
  EXPECT_FALSE(person.objects[0].boxes[1]);
  EXPECT_EQ(complaints.count("table rows that cannot be read"), 1);
}

TEST(Readers, Coco) {
  const SmallTree tree;
  tree.text("annotations/instances_train2017.json", R"({
    "images":[{"id":7,"file_name":"a.jpg"},{"id":8,"file_name":"b.jpg"}],
    "categories":[{"id":18,"name":"dog"}],
    "annotations":[
      {"image_id":7,"category_id":18,"bbox":[5,6,20,30],"iscrowd":0,"segmentation":[[5,6,25,6,25,36]]},
      {"image_id":7,"category_id":18,"bbox":[0,0,9,9],"iscrowd":1,"segmentation":{"counts":"x"}},
      {"image_id":99,"category_id":18,"bbox":[0,0,9,9],"iscrowd":0}]})");
  Complaints complaints;
  const auto stills = read_coco(tree.path(), complaints);
  ASSERT_EQ(stills.size(), 1U);
  EXPECT_EQ(stills[0].frames[0], tree.path("train2017/a.jpg"));
  ASSERT_EQ(stills[0].objects.size(), 1U);
  EXPECT_EQ(stills[0].objects[0].label, "dog");
  EXPECT_EQ(stills[0].objects[0].masks[0].polygons[0].size(), 6U);
  EXPECT_EQ(complaints.count("annotations of unknown pictures"), 1);
}

/// Boxes that prepare() reads off the masks of the first sequence.
std::vector<Sequence> packed(const SmallTree& tree, const std::vector<SourceSequence>& sources) {
  Complaints complaints;
  auto sequences = prepare(sources, {.folder = tree.path("cache")}, complaints);
  EXPECT_EQ(complaints.total(), 0) << complaints.text();
  return sequences;
}

TEST(Readers, YouTubeVosWithPaletteColours) {
  const SmallTree tree;
  tree.picture("JPEGImages/v1/00000.jpg", 120, 100, 5, 5);
  tree.picture("JPEGImages/v1/00005.jpg", 120, 100, 5, 5);
  // As OpenCV shows a palette file: index 1 is dark red, index 2 dark green (VOC palette).
  cv::Mat colours(100, 120, CV_8UC3, cv::Scalar::all(0));
  colours(cv::Rect(10, 20, 30, 40)) = cv::Scalar(0, 0, 128);
  colours(cv::Rect(60, 20, 10, 15)) = cv::Scalar(0, 128, 0);
  std::filesystem::create_directories(tree.path("Annotations/v1"));
  cv::imwrite(tree.path("Annotations/v1/00000.png"), colours);
  tree.text("meta.json", R"({"videos":{"v1":{"objects":{
    "1":{"category":"cat","frames":["00000"]},"2":{"category":"dog","frames":["00000"]}}}}})");
  Complaints complaints;
  const auto sequences = packed(tree, read_youtube_vos(tree.path(), complaints));
  ASSERT_EQ(sequences.size(), 1U);
  ASSERT_EQ(sequences[0].objects.size(), 2U);
  EXPECT_EQ(sequences[0].objects[0].boxes[0], (Box{10, 20, 30, 40}));
  EXPECT_EQ(sequences[0].objects[1].boxes[0], (Box{60, 20, 10, 15}));
  EXPECT_FALSE(sequences[0].objects[0].boxes[1]);
}

TEST(Readers, Davis2016) {
  const SmallTree tree;
  for (const char* name : {"bear", "camel"}) {
    const std::string base = std::string("480p/") + name + "/00000";
    tree.picture("JPEGImages/" + base + ".jpg", 120, 100, 5, 5);
    tree.mask("Annotations/" + base + ".png", 120, 100, {30, 40, 25, 20});
  }
  tree.text("ImageSets/480p/train.txt",
            "/JPEGImages/480p/bear/00000.jpg /Annotations/480p/bear/00000.png\n");
  Complaints complaints;
  const auto sequences = packed(tree, read_davis(tree.path(), complaints));
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0].name, "bear");
  EXPECT_EQ(sequences[0].objects.at(0).boxes[0], (Box{30, 40, 25, 20}));
}

TEST(Readers, NameWhatTheyExpected) {
  const SmallTree tree;
  Complaints complaints;
  for (const char* format :
       {"plain", "vid", "det", "got10k", "lasot", "youtube-bb", "coco", "youtube-vos", "davis"}) {
    try {
      read_dataset(format, tree.path(), complaints);
      ADD_FAILURE() << format;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kIo) << format;
      EXPECT_NE(std::string(error.what()).find("expected"), std::string::npos) << format;
    }
  }
  EXPECT_THROW(read_dataset("imagenet", tree.path(), complaints), Error);
}

TEST(Readers, ALayoutWithoutSequencesIsNamed) {
  const SmallTree tree;
  tree.text("Annotations/VID/snippet/000000.xml", "");
  tree.text("annotations/captions_train2017.json", "{}");
  Complaints complaints;
  for (const char* format : {"vid", "coco"}) {
    EXPECT_THROW(read_dataset(format, tree.path(), complaints), Error) << format;
  }
}

TEST(Readers, AnEntryOfAnotherTypeLosesItselfOnly) {
  const SmallTree tree;
  tree.text("annotations.json", R"({"set":"s","images":[{"file":5,"objects":[]}, "x", {},
    {"file":"a.jpg","objects":[]}], "clips":[{"name":3,"tracks":[]}]})");
  Complaints complaints;
  EXPECT_EQ(read_plain(tree.path(), complaints).size(), 1U);
  EXPECT_EQ(complaints.total(), 4);
}

}  // namespace
}  // namespace siamtrack::training
