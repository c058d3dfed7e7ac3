// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "bag_sequence.h"
#include "shared_data.h"
#include "temporary_file.h"

/// What NanoTrack does with its published weights on the sequence "bag" (spec section 11.1).
namespace siamtrack::testing {

struct PublishedRun {
  int version;
  double mean_overlap;       ///< with the true boxes of frames 2 to 196
  std::array<Box, 3> boxes;  ///< of frames 2, 51 and 196
  double lowest_score;
};

inline constexpr std::array kPublishedRuns = {PublishedRun{1,
                                                           .8308,
                                                           {{{272.182, 127.304, 109.991, 106.325},
                                                             {241.283, 101.191, 57.930, 73.555},
                                                             {138.655, 107.224, 161.086, 151.804}}},
                                                           .957},
                                              PublishedRun{2,
                                                           .8561,
                                                           {{{276.242, 126.688, 108.661, 106.739},
                                                             {243.699, 103.157, 56.101, 74.951},
                                                             {135.158, 102.142, 168.952, 155.756}}},
                                                           .993},
                                              PublishedRun{3,
                                                           .8619,
                                                           {{{282.913, 130.357, 111.832, 106.893},
                                                             {244.332, 102.714, 55.592, 75.661},
                                                             {135.352, 104.708, 172.428, 150.704}}},
                                                           .958}};

inline void PrintTo(const PublishedRun& run, std::ostream* out) { *out << "v" << run.version; }

/// The published checkpoint as a model file, by tools/import_checkpoint.py; null without a Python
/// that has torch and safetensors.
inline std::unique_ptr<TemporaryFile> import_nanotrack(const std::string& checkpoint, int version) {
#ifdef SIAMTRACK_TORCH_PYTHON
  auto model =
      std::make_unique<TemporaryFile>("-nanotrack-v" + std::to_string(version) + ".safetensors");
  const std::string command = std::string(SIAMTRACK_TORCH_PYTHON " " SIAMTRACK_IMPORT_TOOL " ") +
                              checkpoint + " " + model->path + " > /dev/null";
  if (std::system(command.c_str()) == 0) return model;
#else
  static_cast<void>(checkpoint);
  static_cast<void>(version);
#endif
  return nullptr;
}

inline void expect_near(const Box& found, const Box& expected, int frame) {
  constexpr double kTolerance = 0.5;  // px; JPEG decoders and BLAS differ
  EXPECT_NEAR(found.x, expected.x, kTolerance) << "frame " << frame;
  EXPECT_NEAR(found.y, expected.y, kTolerance) << "frame " << frame;
  EXPECT_NEAR(found.width, expected.width, kTolerance) << "frame " << frame;
  EXPECT_NEAR(found.height, expected.height, kTolerance) << "frame " << frame;
}

/// Where a tracker says that the target is.
struct BoxAndScore {
  Box box;
  double score = 0;
};

/// Gives a tracker, which was started on bag.truth[0], the frames 2 to 196, and compares.
/// @param update  what the tracker finds in the next frame
inline void expect_published_run(const PublishedRun& run, const BagSequence& bag,
                                 const std::function<BoxAndScore(const cv::Mat&)>& update) {
  double overlap = 0;
  double lowest = 1;
  for (int frame = 2; frame <= BagSequence::kFrames; ++frame) {
    const BoxAndScore found = update(bag.frame(frame));
    Box real = bag.truth[static_cast<std::size_t>(frame) - 1];
    real.x += 0.5;  // the published overlaps are with boxes at centre - (width - 1) / 2
    real.y += 0.5;
    overlap += iou(found.box, real);
    lowest = std::min(lowest, found.score);
    if (frame == 2) expect_near(found.box, run.boxes[0], frame);
    if (frame == 51) expect_near(found.box, run.boxes[1], frame);
    if (frame == 196) expect_near(found.box, run.boxes[2], frame);
  }
  EXPECT_NEAR(overlap / (BagSequence::kFrames - 1), run.mean_overlap, 0.002);
  EXPECT_NEAR(lowest, run.lowest_score, 0.005);
}

}  // namespace siamtrack::testing

/// Defines `bag` and `model` (a TemporaryFile) for a published run, or skips the test and says why.
#define SIAMTRACK_REQUIRE_PUBLISHED_NANOTRACK(run, bag, model)                                \
  SIAMTRACK_REQUIRE_SHARED(bag##_folder, "data/eval/VOT/bag");                                \
  SIAMTRACK_REQUIRE_SHARED(model##_checkpoint,                                                \
                           "weights/nanotrackv" + std::to_string((run).version) + ".pth");    \
  const auto model = siamtrack::testing::import_nanotrack(model##_checkpoint, (run).version); \
  if (model == nullptr) GTEST_SKIP() << "needs Python with torch and safetensors";            \
  const siamtrack::testing::BagSequence bag(bag##_folder);                                    \
  ASSERT_EQ(bag.truth.size(), std::size_t{siamtrack::testing::BagSequence::kFrames})
