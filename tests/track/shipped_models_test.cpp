// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "siamtrack/model.h"
#include "siamtrack/track.h"
#include "synthetic.h"

namespace siamtrack {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestTotal = 24 << 20;  // bytes of all models that ship

TEST(ShippedModels, LoadAndHaveALicenceAndACard) {
  std::uintmax_t total = 0;
  int models = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(SIAMTRACK_SOURCE_MODELS)) {
    if (entry.path().extension() != ".safetensors") continue;
    ++models;
    total += entry.file_size();
    const auto model = Model::load(entry.path(), {.device = Device::kCpu});
    EXPECT_FALSE(model->info().licence.empty()) << entry.path();
    std::ifstream card(fs::path(entry.path()).replace_extension(".md"));
    const std::string text{std::istreambuf_iterator<char>(card), {}};
    for (const char* heading : {"## Training", "## Data", "## Accuracy", "## Speed"}) {
      EXPECT_NE(text.find(heading), std::string::npos) << entry.path() << ": no " << heading;
    }
  }
  EXPECT_GE(models, 1);
  EXPECT_LE(total, kLargestTotal);
}

TEST(ShippedModels, FollowASquareThatMovesAndGrows) {
  constexpr Size kSize{320, 240};
  for (const fs::directory_entry& entry : fs::directory_iterator(SIAMTRACK_SOURCE_MODELS)) {
    if (entry.path().extension() != ".safetensors") continue;
    const auto model = Model::load(entry.path(), {.device = Device::kCpu});
    Track track(model, {}, testing::textured_square(kSize, 60, 150, 40).view(), {60, 150, 40, 40});
    for (int frame = 1; frame <= 20; ++frame) {
      const int x = 60 + 7 * frame, y = 150 - 5 * frame, side = 40 + frame / 2;
      const TrackResult found = track.update(testing::textured_square(kSize, x, y, side).view());
      EXPECT_GT(iou(found.box, {double(x), double(y), double(side), double(side)}), 0.7)
          << entry.path().stem() << ", frame " << frame;
      EXPECT_EQ(found.status, TrackStatus::kTracking) << entry.path().stem() << ", " << frame;
    }
  }
}

}  // namespace
}  // namespace siamtrack
