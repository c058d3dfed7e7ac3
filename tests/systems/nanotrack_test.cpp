// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/heads/nanotrack.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "bag_sequence.h"
#include "hash_weights.h"
#include "nn/backbones/backbones.h"
#include "shared_data.h"
#include "siamtrack/error.h"
#include "siamtrack/track.h"
#include "systems/system.h"

namespace siamtrack {
namespace {

using nlohmann::json;
using testing::hash_image;

struct Expected {
  int version;
  std::int64_t parameters;
  double mean_overlap;
  std::array<Box, 3> boxes;  ///< of frames 2, 51 and 196
  double lowest_score;
};

void PrintTo(const Expected& row, std::ostream* out) { *out << "v" << row.version; }

std::vector<nn::TensorSpec> specs_of(int version) {
  std::vector<nn::TensorSpec> specs =
      nn::tensor_specs(nn::mobilenet_v3_nanotrack(version, "backbone."));
  const nn::NanoTrackHead head = nn::nanotrack_head_blueprint({version});
  for (const nn::Sequence* part : nn::parts(head)) {
    const auto more = nn::tensor_specs(*part);
    specs.insert(specs.end(), more.begin(), more.end());
  }
  return specs;
}

json metadata_of(int version) {
  return {{"architecture", "nanotrack"}, {"version", "v" + std::to_string(version)}};
}

class NanoTrackVersion : public ::testing::TestWithParam<Expected> {};

TEST_P(NanoTrackVersion, HasThePublishedNumberOfParameters) {
  std::int64_t count = 0;
  for (const nn::TensorSpec& spec : specs_of(GetParam().version)) {
    std::int64_t numbers = spec.trainable ? 1 : 0;
    for (const auto extent : spec.shape) numbers *= extent;
    count += numbers;
  }
  EXPECT_EQ(count, GetParam().parameters);
}

TEST(NanoTrackShape, ScalesEveryChannelCountInStepsOfEight) {
  EXPECT_EQ(nn::scaled_channels(96, 1), 96);
  EXPECT_EQ(nn::scaled_channels(40, 0.5), 24);
  EXPECT_EQ(nn::scaled_channels(16, 0.25), 8);
  const nn::Backbone half = nn::mobilenet_v3_nanotrack(3, "backbone.", 0.5);
  EXPECT_EQ(half.channels.front(), 48);
}

TEST(NanoTrackShape, RefusesWhatCannotBe) {
  const auto make = [](json metadata) {
    return make_system(metadata, testing::hash_weights(specs_of(3)), "", json());
  };
  json odd = metadata_of(3);
  odd["hyper_parameters"] = {{"exemplar_size", 111}};
  EXPECT_THROW(make(odd), Error);
  json thin = metadata_of(3);
  thin["width"] = 0.01;
  EXPECT_THROW(make(thin), Error);
  json other = metadata_of(3);
  other["width"] = 0.5;  // the weights are of width 1
  EXPECT_THROW(make(other), Error);
}

TEST_P(NanoTrackVersion, ABatchOfTargetsGivesWhatEachGivesAlone) {
  const c10::InferenceMode guard;
  const int version = GetParam().version;
  const auto system =
      make_system(metadata_of(version), testing::hash_weights(specs_of(version)), "", json());
  const Template first = system->embed(hash_image("exemplar", 127));
  const Template second = system->embed(hash_image("another", 127));
  const at::Tensor patches = at::cat({hash_image("search", 255), hash_image("elsewhere", 255)});
  const Template* const both[] = {&first, &second};
  const Template* const alone[] = {&second};
  const at::Tensor batched = system->respond(patches, both)[1][0];
  const at::Tensor single = system->respond(patches.narrow(0, 1, 1), alone)[0][0];
  EXPECT_EQ(batched.size(2), version == 3 ? 15 : 16);
  EXPECT_LT((batched - single).abs().max().item<double>(),
            1e-5 * single.abs().max().item<double>());
}

/// Imports a published checkpoint with tools/import_checkpoint.py; nothing without torch.
std::optional<std::string> imported(const std::string& checkpoint, int version) {
#ifdef SIAMTRACK_TORCH_PYTHON
  const std::string model =
      (std::filesystem::temp_directory_path() / ("siamtrack-nanotrack-v" + std::to_string(version) +
                                                 "-" + std::to_string(getpid()) + ".safetensors"))
          .string();
  const std::string command = std::string(SIAMTRACK_TORCH_PYTHON " " SIAMTRACK_IMPORT_TOOL " ") +
                              checkpoint + " " + model + " > /dev/null";
  if (std::system(command.c_str()) == 0) return model;
#else
  static_cast<void>(checkpoint);
  static_cast<void>(version);
#endif
  return std::nullopt;
}

void expect_near(const Box& found, const Box& expected, int frame) {
  constexpr double kTolerance = 0.5;  // px; JPEG decoders and BLAS differ
  EXPECT_NEAR(found.x, expected.x, kTolerance) << "frame " << frame;
  EXPECT_NEAR(found.y, expected.y, kTolerance) << "frame " << frame;
  EXPECT_NEAR(found.width, expected.width, kTolerance) << "frame " << frame;
  EXPECT_NEAR(found.height, expected.height, kTolerance) << "frame " << frame;
}

TEST_P(NanoTrackVersion, FollowsTheBagWithThePublishedWeights) {
  const Expected& expected = GetParam();
  SIAMTRACK_REQUIRE_SHARED(folder, "data/eval/VOT/bag");
  SIAMTRACK_REQUIRE_SHARED(checkpoint,
                           "weights/nanotrackv" + std::to_string(expected.version) + ".pth");
  const auto path = imported(checkpoint, expected.version);
  if (!path) GTEST_SKIP() << "needs Python with torch and safetensors";
  ModelOptions options;
  options.device = Device::kCpu;
  const auto model = Model::load(*path, options);
  std::filesystem::remove(*path);
  const auto truth = testing::read_polygons(folder + "/groundtruth_polygon.txt");
  ASSERT_EQ(truth.size(), 196U);
  cv::Mat image = testing::read_bag_frame(folder, 1);
  Track track(model, {}, testing::view(image), testing::area_preserving_box(truth[0]));
  double overlap = 0;
  double lowest = 1;
  for (int frame = 2; frame <= 196; ++frame) {
    image = testing::read_bag_frame(folder, frame);
    const TrackResult result = track.update(testing::view(image));
    Box real = testing::area_preserving_box(truth[static_cast<std::size_t>(frame) - 1]);
    real.x += 0.5;  // the published overlaps are with boxes at centre - (width - 1) / 2
    real.y += 0.5;
    overlap += iou(result.box, real);
    lowest = std::min(lowest, result.score);
    if (frame == 2) expect_near(result.box, expected.boxes[0], frame);
    if (frame == 51) expect_near(result.box, expected.boxes[1], frame);
    if (frame == 196) expect_near(result.box, expected.boxes[2], frame);
  }
  EXPECT_NEAR(overlap / 195, expected.mean_overlap, 0.002);
  EXPECT_NEAR(lowest, expected.lowest_score, 0.005);
}

INSTANTIATE_TEST_SUITE_P(Published, NanoTrackVersion,
                         ::testing::Values(Expected{1,
                                                    287966,
                                                    .8308,
                                                    {{{272.182, 127.304, 109.991, 106.325},
                                                      {241.283, 101.191, 57.930, 73.555},
                                                      {138.655, 107.224, 161.086, 151.804}}},
                                                    .957},
                                           Expected{2,
                                                    334078,
                                                    .8561,
                                                    {{{276.242, 126.688, 108.661, 106.739},
                                                      {243.699, 103.157, 56.101, 74.951},
                                                      {135.158, 102.142, 168.952, 155.756}}},
                                                    .993},
                                           Expected{3,
                                                    541446,
                                                    .8619,
                                                    {{{282.913, 130.357, 111.832, 106.893},
                                                      {244.332, 102.714, 55.592, 75.661},
                                                      {135.352, 104.708, 172.428, 150.704}}},
                                                    .958}));

TEST(NanoTrack, NamesAnUnknownVersionAndWrongShapes) {
  EXPECT_THROW(make_system(metadata_of(4), {}, "", json()), Error);
  try {
    make_system(metadata_of(3), testing::hash_weights(specs_of(2)), "", json());
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
    EXPECT_NE(std::string(error.what()).find("found none"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace siamtrack
