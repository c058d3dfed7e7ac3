// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/heads/nanotrack.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "hash_weights.h"
#include "nn/backbones/backbones.h"
#include "published_nanotrack.h"
#include "siamtrack/error.h"
#include "siamtrack/track.h"
#include "systems/system.h"

namespace siamtrack {
namespace {

using nlohmann::json;
using testing::hash_image;

std::vector<nn::TensorSpec> specs_of(int version) {
  std::vector<nn::TensorSpec> specs =
      nn::tensor_specs(nn::mobilenet_v3_nanotrack(version, "backbone."));
  const nn::NanoTrackHead head = nn::nanotrack_head_blueprint({version});
  const std::vector<nn::TensorSpec> more = nn::tensor_specs(nn::parts(head));
  specs.insert(specs.end(), more.begin(), more.end());
  return specs;
}

json metadata_of(int version) {
  return {{"architecture", "nanotrack"}, {"version", "v" + std::to_string(version)}};
}

class NanoTrackVersion : public ::testing::TestWithParam<testing::PublishedRun> {};

TEST_P(NanoTrackVersion, HasThePublishedNumberOfParameters) {
  const std::map<int, std::int64_t> published = {{1, 287966}, {2, 334078}, {3, 541446}};
  std::int64_t count = 0;
  for (const nn::TensorSpec& spec : specs_of(GetParam().version)) {
    std::int64_t numbers = spec.trainable ? 1 : 0;
    for (const auto extent : spec.shape) numbers *= extent;
    count += numbers;
  }
  EXPECT_EQ(count, published.at(GetParam().version));
}

TEST(NanoTrackShape, ScalesEveryChannelCountInStepsOfEight) {
  EXPECT_EQ(nn::scaled_channels(96, 1), 96);
  EXPECT_EQ(nn::scaled_channels(40, 0.5), 24);
  EXPECT_EQ(nn::scaled_channels(16, 0.25), 8);
  const nn::Backbone half = nn::mobilenet_v3_nanotrack(3, "backbone.", 0.5);
  EXPECT_EQ(half.channels.front(), 48);
  EXPECT_EQ(nn::make_backbone("mobilenetv3-v1", "", 0.5).channels.front(), 24);
  EXPECT_THROW(nn::make_backbone("ciresnet22", "", 0.5), Error);
}

TEST(NanoTrackShape, CutsHalfOfTheTemplateOutForTheDepthwiseCorrelation) {
  for (const auto& [side, centre] : {std::pair{4, 4}, {6, 4}, {8, 4}, {10, 6}, {12, 6}, {16, 8}}) {
    EXPECT_EQ(nn::nanotrack_centre_side(side), centre);
  }
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
  json text = metadata_of(3);
  text["width"] = "half";
  EXPECT_THROW(make(text), Error);
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

/// A response to a patch of this side that is sure of a box about the cell (`cell`, `cell`).
at::Tensor response_at(const System& system, int patch_side, int cell) {
  const Template exemplar = system.embed(hash_image("exemplar", 127));
  const Template* const templates[] = {&exemplar};
  at::Tensor response =
      at::zeros_like(system.respond(hash_image("search", patch_side), templates)[0][0]);
  response.narrow(1, 2, 4).fill_(20);               // the box reaches as far to every side
  response.select(1, 0).fill_(100);                 // and is at no place
  response.select(1, 1)[0][cell][cell].fill_(200);  // but one
  return response;
}

/// Where the cell (3, 3) of the response lies in a patch, px from the patch's first pixel.
double fourth_cell(const System& system, int patch_side) {
  const TrackState state{.centre_x = 320, .centre_y = 240, .width = 60, .height = 80};
  SearchPlan plan = system.plan(state, {640, 480});
  plan.patch_side = patch_side;
  const at::Tensor response = response_at(system, patch_side, 3);
  return system.decode({response}, state, plan, {640, 480}).evidence.offset_x + patch_side / 2.0;
}

TEST_P(NanoTrackVersion, ReadsPatchesOfAnySizeWithoutABias) {
  const c10::InferenceMode guard;
  const int version = GetParam().version;
  const auto system = make_system(metadata_of(version), testing::hash_weights(specs_of(version)),
                                  "", {{"penalty_k", 0}, {"window_influence", 0}});
  const double published = 127.5 + 16 * (3 - (version == 3 ? 7 : 8));
  for (const int side : {255, 191, 143, 180, 271}) {
    EXPECT_DOUBLE_EQ(fourth_cell(*system, side), published) << side;
  }
}

// What the middle cell shows lies in the middle of the window, which consists of whole pixels.
TEST(NanoTrack, ReadsBoxesOffFromWhereTheWindowLies) {
  const c10::InferenceMode guard;
  constexpr int kPatch = 255, kMiddle = 7;
  constexpr Size kFrame{640, 480};
  for (const bool exact : {false, true}) {
    const auto system = make_system(metadata_of(3), testing::hash_weights(specs_of(3)), "",
                                    {{"exact_windows", exact}, {"window_influence", 0}});
    const at::Tensor response = response_at(*system, kPatch, kMiddle);
    for (const double place : {200.0, 200.3, 200.5, 200.9}) {
      const TrackState state{.centre_x = place, .centre_y = 90, .width = 17.3, .height = 21};
      const SearchPlan plan = system->plan(state, kFrame);
      const SubWindow& window = plan.windows.front();
      const Candidate found = system->decode({response}, state, plan, kFrame);
      const double middle = window.x + window.size / 2.0;
      EXPECT_NEAR(found.box.centre_x(), exact ? middle : place, 1e-9) << place;
      const double side = 40 * window.size / double{kPatch};  // 20 px of the patch to every side
      if (exact) {
        EXPECT_NEAR(found.evidence.width / plan.scale, side, 1e-9) << place;
      }
    }
  }
}

TEST_P(NanoTrackVersion, FollowsTheBagWithThePublishedWeights) {
  SIAMTRACK_REQUIRE_PUBLISHED_NANOTRACK(GetParam(), bag, file);
  ModelOptions options;
  options.device = Device::kCpu;
  const auto model = Model::load(file->path, options);
  const cv::Mat first = bag.frame(1);
  Track track(model, {}, testing::view(first), bag.truth[0]);
  testing::expect_published_run(GetParam(), bag, [&track](const cv::Mat& image) {
    const TrackResult result = track.update(testing::view(image));
    return testing::BoxAndScore{result.box, result.score};
  });
}

INSTANTIATE_TEST_SUITE_P(Published, NanoTrackVersion, ::testing::ValuesIn(testing::kPublishedRuns));

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
