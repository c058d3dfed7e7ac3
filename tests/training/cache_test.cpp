// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/cache.h"

#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>

#include "siamtrack/error.h"
#include "small_tree.h"
#include "training/cache_index.h"
#include "training/prepare.h"
#include "training/readers/readers.h"

namespace siamtrack::training {
namespace {

using testing::content;
using testing::SmallTree;

std::vector<Sequence> pack(const SmallTree& tree, Complaints& complaints,
                           std::int64_t shard_bytes = kShardBytes) {
  return prepare(read_plain(tree.path(), complaints),
                 {.folder = tree.path("cache"), .shard_bytes = shard_bytes}, complaints);
}

TEST(Cache, HoldsTheDataSetsOwnBytesAndBoxes) {
  const SmallTree tree;
  tree.plain_sets();
  Complaints complaints;
  pack(tree, complaints);
  EXPECT_EQ(complaints.total(), 0) << complaints.text();
  const Cache cache(tree.path("cache"));
  ASSERT_EQ(cache.sequences().size(), 2U);
  const Sequence& clip = cache.sequences()[0];
  EXPECT_EQ(clip.set, "clips");
  ASSERT_EQ(clip.frames.size(), 3U);
  ASSERT_EQ(clip.objects.size(), 1U);
  EXPECT_EQ(clip.objects[0].boxes[2], (Box{60, 50, 20, 20}));
  EXPECT_EQ(clip.frames[1].size, (Size{160, 120}));
  const cv::Mat expected = cv::imread(tree.path("clips/f1.jpg"));
  EXPECT_EQ(cv::norm(cache.picture(clip.frames[1].picture), expected, cv::NORM_INF), 0);
  EXPECT_EQ(cv::countNonZero(cache.mask(clip.objects[0].masks[0])), 400);
  const Object& still = cache.sequences()[1].objects[0];
  EXPECT_EQ(cv::countNonZero(cache.mask(still.masks.at(0))), 400);
}

TEST(Cache, SplitsIntoShards) {
  const SmallTree tree;
  tree.plain_sets();
  Complaints complaints;
  pack(tree, complaints, 40'000);
  for (const auto& entry : std::filesystem::directory_iterator(tree.path("cache"))) {
    if (entry.path().extension() != ".bin") continue;
    EXPECT_LE(entry.file_size(), 40'000U);
  }
  EXPECT_TRUE(std::filesystem::exists(tree.path("cache/shard-0001.bin")));
  const Cache cache(tree.path("cache"));
  for (const Frame& frame : cache.sequences()[0].frames) {
    EXPECT_EQ(cache.picture(frame.picture).cols, 160);
  }
}

TEST(Cache, OfARunStaysWhenItIsMadeAnew) {
  const SmallTree tree;
  tree.plain_sets();
  Complaints complaints;
  pack(tree, complaints);
  const Cache cache(tree.path("cache"));
  CacheWriter(tree.path("cache")).add(std::vector<std::uint8_t>{1});
  EXPECT_EQ(cache.picture(cache.sequences()[0].frames.back().picture).cols, 160);
}

TEST(Cache, IsTheSameFromMoreThreads) {
  const SmallTree tree;
  tree.plain_sets();
  tree.text("stills/annotations.json", R"({"set":"stills","kind":"stills","images":[
    {"file":"gone.jpg","objects":[]}, {"file":"lost.jpg","objects":[]}]})");
  std::string complained;
  for (const int threads : {1, 4}) {
    Complaints complaints;
    prepare(read_plain(tree.path(), complaints),
            {.folder = tree.path("cache-" + std::to_string(threads)),
             .shard_bytes = 40'000,
             .self_label = 2,
             .threads = threads},
            complaints);
    EXPECT_GE(complaints.count("missing pictures"), 2);
    EXPECT_TRUE(complained.empty() || complained == complaints.text());
    complained = complaints.text();
  }
  for (const char* name : {"index.json", "shard-0000.bin", "shard-0001.bin"}) {
    const std::string one = content(tree.path("cache-1/") + name);
    EXPECT_FALSE(one.empty()) << name;
    EXPECT_TRUE(one == content(tree.path("cache-4/") + name)) << name;
  }
}

TEST(Cache, LeavesOutAndCountsBadInput) {
  const SmallTree tree;
  tree.picture("set/good.jpg", 100, 80, 10, 10);
  tree.text("set/broken.jpg", "not a picture");
  tree.text("set/annotations.json", R"({"set":"set","kind":"stills","images":[
    {"file":"good.jpg","objects":[{"box":[10,10,20,20]},{"box":[500,10,20,20]}]},
    {"file":"gone.jpg","objects":[]}, {"file":"broken.jpg","objects":[]}, {"objects":[]}]})");
  Complaints complaints;
  const auto sequences = pack(tree, complaints);
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(complaints.count("missing pictures"), 1);
  EXPECT_EQ(complaints.count("unreadable pictures"), 1);
  EXPECT_EQ(complaints.count("boxes outside their picture"), 1);
  EXPECT_EQ(complaints.count("image entries that cannot be read"), 1);
  EXPECT_NE(complaints.text().find("gone.jpg"), std::string::npos);
  EXPECT_FALSE(sequences[0].objects[1].boxes[0].has_value());
}

TEST(Cache, NamesWhatIsMissing) {
  const SmallTree tree;
  EXPECT_THROW(Cache{tree.path("nowhere")}, Error);
  tree.plain_sets();
  Complaints complaints;
  pack(tree, complaints);
  std::filesystem::resize_file(tree.path("cache/shard-0000.bin"), 100);
  const Cache cache(tree.path("cache"));
  try {
    cache.picture(cache.sequences()[0].frames[0].picture);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("shard-0000.bin"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("found 100"), std::string::npos);
  }
}

TEST(Cache, KeepsSequencesWhoseNamesAreNotUtf8) {
  const SmallTree tree;
  write_index(tree.path("index.json"), {{}, {{"set", "d\xfcne", {}, {}}, {"set", "b", {}, {}}}});
  const CacheIndex index = read_index(tree.path("index.json"));
  ASSERT_EQ(index.sequences.size(), 2U);
  EXPECT_EQ(index.sequences[0].name, "d\xef\xbf\xbdne");
}

TEST(Cache, SaysThatTheDiskIsFull) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "needs /dev/full";
  const SmallTree tree;
  std::filesystem::create_directories(tree.path("cache"));
  std::filesystem::create_symlink("/dev/full", tree.path("cache/shard-0000.bin"));
  CacheWriter writer(tree.path("cache"));
  const std::vector<std::uint8_t> bytes(100'000, 1);
  EXPECT_THROW(writer.add(bytes), Error);
}

}  // namespace
}  // namespace siamtrack::training
