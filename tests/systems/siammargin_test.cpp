// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "decode/template_points.h"
#include "golden_map.h"
#include "hash_weights.h"
#include "random_model.h"
#include "shared_data.h"
#include "siamtrack/error.h"
#include "siamtrack/track.h"
#include "synthetic.h"
#include "systems/network_figures.h"
#include "systems/system.h"
#include "track/track_impl.h"
#include "track/update_state.h"

namespace siamtrack {
namespace {

using nlohmann::json;
using testing::hash_image;

constexpr Size kFrame{640, 480};

json metadata() {
  return {{"architecture", "siammargin"}, {"backbone", "resnet50-layer3-torchvision"}};
}

/// What PyTorch said: made by tests/golden/siammargin.py.
const json& golden() {
  static const json recorded = json::parse(std::ifstream(SIAMTRACK_GOLDEN_DIR "/siammargin.json"));
  return recorded;
}

std::unique_ptr<const System> drawn_system(const json& overrides = {}) {
  return make_system(metadata(), testing::hash_weights(network_figures(metadata()).tensors), "",
                     overrides);
}

/// The target as after `move_x` px of motion in the last frame.
TrackState state_at(double x, double y, double side, double move_x = 0, double fastest = 0) {
  TrackState state = initial_state({x - side / 2, y - side / 2, side, side}, {});
  state.move_x = move_x;
  state.fastest = fastest;
  return state;
}

TEST(SiamMargin, HasThePublishedNumberOfParameters) {
  EXPECT_EQ(nn::parameter_count(network_figures(metadata()).tensors), 11961438);
}

TEST(SiamMargin, HasThePublishedKeysAndShapes) {
  SIAMTRACK_REQUIRE_SHARED(table, "spec/keys/SiamMargin.tsv");
  const auto expected =
      testing::published_shapes(table, {{"feature.features.", "backbone."},
                                        {"feature.downsample.", "neck.downsample."},
                                        {"rpn.", "rpn_head."}});
  EXPECT_EQ(testing::shapes_of(network_figures(metadata()).tensors), expected);
}

TEST(SiamMargin, SaysWhatPyTorchSaysBeforeAndAfterAnUpdate) {
  const c10::InferenceMode guard;
  const auto system = drawn_system();
  Template exemplar = system->embed(hash_image("exemplar", 127));
  const auto respond = [&](const char* image, std::int64_t size) {
    const Template* const templates[] = {&exemplar};
    return system->respond(hash_image(image, size), templates).front();
  };
  const std::vector<at::Tensor> first = respond("search", 255);
  testing::expect_recorded(first[0].narrow(1, 0, 10), golden().at("classification"), "before");
  testing::expect_recorded(first[0].narrow(1, 10, 20), golden().at("regression"), "regression");

  Candidate found;
  found.box = {0, 0, 38, 30};
  found.evidence = {.offset_x = 20, .offset_y = -12, .score = 0.9, .ranking = 0.8};
  exemplar = system->renew(exemplar, first, found, {.scale = 2});
  testing::expect_recorded(respond("search", 255)[0].narrow(1, 0, 10), golden().at("renewed"),
                           "after");
  testing::expect_recorded(respond("wide", 351)[0].narrow(1, 0, 10), golden().at("wide"), "wide");
}

TEST(SiamMargin, TakesTheNewTemplateFromTheMiddleOfTheBox) {
  const auto points = template_points(76, 60, 16, 8);  // spec section 12
  const double expected[] = {-2.7375, -1.825, -.9125, 0, .9125, 1.825, 2.7375};
  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_NEAR(points[i], expected[i] + 2, 1e-12);
  EXPECT_NEAR(16 * (points[1] - points[0]), 14.6, 1e-12) << "cells of the box with its context";
}

TEST(SiamMargin, SearchesAWiderPatchForSmallAndForFastTargets) {
  const auto system = drawn_system();
  EXPECT_EQ(system->plan(state_at(320, 240, 60), kFrame).patch_side, 255);
  EXPECT_EQ(system->plan(state_at(320, 240, 30), kFrame).patch_side, 351);  // .003 of the frame
  EXPECT_EQ(system->plan(state_at(320, 240, 60, 0, 79), kFrame).patch_side, 255);
  EXPECT_EQ(system->plan(state_at(320, 240, 60, 0, 81), kFrame).patch_side, 351);
  EXPECT_EQ(
      drawn_system({{"small_instance_size", 0}})->plan(state_at(320, 240, 30), kFrame).patch_side,
      255);
}

TEST(SiamMargin, LooksOnceMoreWhereTheMotionLeads) {
  const auto system = drawn_system();
  const TrackState before = state_at(320, 240, 60, 40), found = state_at(300, 240, 60);
  EXPECT_FALSE(system->next_look(1, before, found, {.score = 0.1}, kFrame));
  const auto second = system->next_look(1, before, found, {.score = 0.09}, kFrame);
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->confirms) << "its result is taken as it is";
  EXPECT_DOUBLE_EQ(second->place.centre_x, 320 + 0.9 * 40);
  EXPECT_DOUBLE_EQ(second->state.centre_x, 320);
  EXPECT_FALSE(system->next_look(2, before, found, {.score = 0}, kFrame));
  TrackState lost = before;
  lost.status = TrackStatus::kLost;
  EXPECT_FALSE(system->next_look(1, lost, lost, {.score = 0}, kFrame));
}

TEST(SiamMargin, LearnsNoMotionFromATargetThatIsLost) {
  const testing::TemporaryFile file("-siamtrack-siammargin-lost.safetensors");
  nn::Weights weights = testing::hash_weights(network_figures(metadata()).tensors);
  weights.at("rpn_head.loc.head.3.weight").zero_();  // boxes of the anchors' sizes
  nn::write_model_file(file.path, {weights, metadata()});
  const auto picture = testing::textured_square({320, 240}, 128, 88, 64);
  const TrackConfig never{.lost_threshold = 2, .found_threshold = 2, .lost_after = 2};
  const ModelOptions options{.device = Device::kCpu, .overrides = R"({"window_influence": 0})"};
  Track track(Model::load(file.path, options), never, picture.view(), {128, 88, 64, 64});
  track.update(picture.view());
  const double fastest = track.impl().state.fastest;
  EXPECT_GT(fastest, 0) << "it is only uncertain yet";
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(track.update(picture.view()).status, TrackStatus::kLost);
    EXPECT_EQ(track.impl().state.fastest, fastest);
    EXPECT_EQ(track.impl().state.move_x, 0);
    EXPECT_EQ(track.impl().state.move_y, 0);
  }
}

TEST(SiamMargin, TracksWithATemplateOfItsOwnForEachTarget) {
  const testing::TemporaryFile file("-siamtrack-siammargin.safetensors");
  nn::write_model_file(file.path,
                       {testing::hash_weights(network_figures(metadata()).tensors), metadata()});
  ModelOptions options;
  options.device = Device::kCpu;
  const auto model = Model::load(file.path, options);
  const auto picture = testing::textured_square({320, 240}, 128, 88, 64);
  const auto other = testing::textured_square({320, 240}, 60, 60, 64);
  const Box box{128, 88, 64, 64};
  Track alone(model, {.lost_threshold = 0}, picture.view(), box);
  Track first(model, {.lost_threshold = 0}, picture.view(), box);
  Track second(model, {.lost_threshold = 0}, other.view(), {60, 60, 64, 64});
  for (int i = 0; i < 3; ++i) {
    const TrackResult expected = alone.update(picture.view());
    Track* const both[] = {&first, &second};
    const std::vector<TrackResult> results = update_all(both, picture.view());
    EXPECT_NEAR(results[0].box.x, expected.box.x, 1e-3);
    EXPECT_NEAR(results[0].score, expected.score, 1e-4);
  }
}

}  // namespace
}  // namespace siamtrack
