// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "siamtrack/model.h"

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

}  // namespace
}  // namespace siamtrack
