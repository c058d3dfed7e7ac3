// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/siamfc.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "random_model.h"
#include "track/update_state.h"

namespace siamtrack {
namespace {

/// A 17x17 map with one cell set.
ResponseMap spike(int row, int column, float value) {
  ResponseMap map{17, std::vector<float>(17 * 17, 0.0F)};
  map.values[static_cast<std::size_t>(row) * 17 + column] = value;
  return map;
}

SiamFcParameters read(const nlohmann::json& metadata, const nlohmann::json& values) {
  const nn::Backbone backbone = nn::make_backbone(metadata.value("backbone", "alexnet"), "");
  return read_siamfc_parameters(metadata, HyperParameters(values, "siamfc"), backbone);
}

SiamFcParameters plain_parameters() {
  return read({{"architecture", "siamfc"}}, nlohmann::json::object());
}

TEST(SiamFcParameters, HaveThePublishedDefaults) {
  const SiamFcParameters p = plain_parameters();
  EXPECT_DOUBLE_EQ(p.scale_step, 1.0375);
  EXPECT_DOUBLE_EQ(p.scale_penalty, 0.9745);
  EXPECT_DOUBLE_EQ(p.scale_rate, 0.59);
  EXPECT_DOUBLE_EQ(p.window_influence, 0.176);
  EXPECT_DOUBLE_EQ(p.response_scale, 1e-3);
  const std::vector<double> factors = scale_factors(p);
  ASSERT_EQ(factors.size(), 3U);
  EXPECT_NEAR(factors[0], 1 / 1.0375, 1e-12);
  EXPECT_DOUBLE_EQ(factors[1], 1.0);
  EXPECT_DOUBLE_EQ(factors[2], 1.0375);
}

TEST(SiamFcParameters, PlusTakesSiamDwsConventions) {
  const nlohmann::json imported = {{"architecture", "siamfc+"},
                                   {"backbone", "ciresnet22"},
                                   {"exemplar_size", 127},
                                   {"instance_size", 255}};
  const SiamFcParameters p = read(imported, {{"instance_size", 263}});
  EXPECT_EQ(p.exemplar_size, 135);  // instance - 128
  EXPECT_EQ(read(imported, nlohmann::json::object()).exemplar_size, 127);
  EXPECT_DOUBLE_EQ(p.peak_origin, 136);
  EXPECT_FALSE(p.follow_winner_scale);
  EXPECT_TRUE(p.clip_to_frame);
  EXPECT_DOUBLE_EQ(p.window_influence, 0.35);
}

TEST(SiamFcParameters, NameWhatIsUnknownOrOutOfRange) {
  const nlohmann::json metadata = {{"architecture", "siamfc"}};
  EXPECT_THROW(read(metadata, {{"window", 0.3}}), Error);
  EXPECT_THROW(read(metadata, {{"window_influence", 1.5}}), Error);
  EXPECT_THROW(read(metadata, {{"scales", "three"}}), Error);
  EXPECT_THROW(read(metadata, {{"scales", 2.5}}), Error);
  EXPECT_THROW(read({{"architecture", "siamfc"}, {"instance_size", 1e9}}, {}), Error);
}

TEST(SiamFcParameters, TheMiddleIsThatOfTheResponse) {
  const nlohmann::json none = nlohmann::json::object();
  nlohmann::json trained = {
      {"architecture", "siamfc"}, {"exemplar_size", 127}, {"instance_size", 239}};
  EXPECT_DOUBLE_EQ(plain_parameters().peak_origin, 135.5);
  EXPECT_DOUBLE_EQ(read(trained, none).peak_origin, 119.5);  // of 15 x 16 px
  EXPECT_DOUBLE_EQ(read(trained, {{"instance_size", 255}}).peak_origin, 135.5);
  EXPECT_DOUBLE_EQ(read(trained, {{"response_up", 8}}).peak_origin, 59.5);
  trained.update({{"architecture", "siamfc+"}, {"backbone", "ciresnet22"}});
  EXPECT_EQ(read(trained, none).exemplar_size, 127);
  EXPECT_DOUBLE_EQ(read(trained, none).peak_origin, 120);  // SiamDW's
}

TEST(ReadCalibration, NamesWhatIsUnknownOrOutOfRange) {
  const auto calibration = [](const nlohmann::json& values) {
    return read_calibration({{"confidence", values}});
  };
  EXPECT_EQ(calibration({{"measure", "apce"}}).measure, Sureness::kApce);
  EXPECT_DOUBLE_EQ(calibration({{"slope", 2}}).slope, 2);
  EXPECT_THROW(calibration({{"slope", "steep"}}), Error);
  EXPECT_THROW(calibration({{"slope", -1}}), Error);
  EXPECT_THROW(calibration({{"slpe", 1}}), Error);
  try {
    calibration({{"measure", "mood"}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
    EXPECT_NE(std::string(error.what()).find("found \"mood\""), std::string::npos);
  }
}

TEST(DecideScale, ACentredResponseMeansNoMotion) {
  const SiamFcParameters p = plain_parameters();
  const auto window = hann_window(272);
  const std::vector<ResponseMap> maps{spike(8, 8, 1), spike(8, 8, 2), spike(8, 8, 1)};
  const ScaleDecision decision = decide_scale(maps, window, 255, p);
  EXPECT_EQ(decision.scale, 1);
  // 17 cells x 16 = 272 samples have no middle one: the first of the two maxima is 135.
  EXPECT_NEAR(decision.displacement_x, -0.5 * 8 / 16, 1e-12);
  EXPECT_NEAR(decision.growth, 1.0, 1e-12);
}

TEST(DecideScale, MovesByStrideAndRegionSize) {
  SiamFcParameters p = plain_parameters();
  p.window_influence = 0;
  const std::vector<ResponseMap> maps{spike(8, 8, 0), spike(8, 11, 2), spike(8, 8, 0)};
  const double side = 510;  // frame px: every network px is two frame px
  const ScaleDecision decision = decide_scale(maps, hann_window(272), side, p);
  EXPECT_NEAR(decision.displacement_x, (3 * 16 - 0.5) * 8 / 16 * 2, 1e-9);
  EXPECT_NEAR(decision.displacement_y, -0.5 * 8 / 16 * 2, 1e-9);
}

TEST(DecideScale, DampsTheWinningScaleAndPenalisesTheOthers) {
  SiamFcParameters p = plain_parameters();
  const auto window = hann_window(272);
  const std::vector<ResponseMap> grows{spike(8, 8, 1), spike(8, 8, 1), spike(8, 8, 1.2F)};
  EXPECT_NEAR(decide_scale(grows, window, 255, p).growth, 0.41 + 0.59 * 1.0375, 1e-12);
  const std::vector<ResponseMap> nearly{spike(8, 8, 1), spike(8, 8, 1), spike(8, 8, 1.02F)};
  EXPECT_EQ(decide_scale(nearly, window, 255, p).scale, 1);  // 1.02 x .9745 < 1
  const std::vector<ResponseMap> equal{spike(8, 8, 1), spike(8, 8, .5F), spike(8, 8, 1)};
  EXPECT_EQ(decide_scale(equal, window, 255, p).scale, 0);  // ties: the smallest
}

TEST(DecideScale, FollowsTheWinnersScaleOnlyInSiamFc) {
  SiamFcParameters p = plain_parameters();
  p.window_influence = 0;
  const std::vector<ResponseMap> maps{spike(8, 8, 0), spike(8, 8, 0), spike(8, 10, 2)};
  const double followed = decide_scale(maps, hann_window(272), 255, p).displacement_x;
  p.follow_winner_scale = false;
  const double fixed = decide_scale(maps, hann_window(272), 255, p).displacement_x;
  EXPECT_NEAR(followed / fixed, 1.0375, 1e-9);
}

class SiamFcSystem : public ::testing::Test {
 protected:
  static std::unique_ptr<const System> make() {
    const nlohmann::json metadata{{"architecture", "siamfc+"}, {"backbone", "ciresnet16h"}};
    return make_system(
        metadata,
        nn::draw_weights(nn::tensor_specs(nn::make_backbone("ciresnet16h", "features.features."))),
        "", {});
  }
};

TEST_F(SiamFcSystem, PlansOneWindowPerScale) {
  const auto system = make();
  TrackState state;
  state.centre_x = state.centre_y = 200;
  state.width = 60;
  state.height = 80;
  const SearchPlan plan = system->plan(state, {640, 480});
  ASSERT_EQ(plan.windows.size(), 3U);
  EXPECT_NEAR(plan.scale, .9094658900300797, 1e-12);  // spec section 12
  EXPECT_EQ(plan.windows[1].size, 280);
  EXPECT_EQ(system->exemplar_window(state).size, 140);
}

TEST_F(SiamFcSystem, StaysWhereItIsWhenTheResponseIsNotFinite) {
  const auto system = make();
  const TrackState state = initial_state({170, 160, 60, 80}, {});
  const SearchPlan plan = system->plan(state, {640, 480});
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    const at::Tensor maps = at::zeros({3, 1, 17, 17});
    maps[1][0][3][4] = bad;
    const Candidate found = system->decode({maps}, state, plan, {640, 480});
    EXPECT_EQ(found.box, to_box(state));
    EXPECT_EQ(found.score, 0);
  }
}

TEST_F(SiamFcSystem, RespondsAlikeAloneAndInABatch) {
  const auto system = make();
  const at::Tensor exemplars = at::rand({2, 3, 127, 127}) * 255;
  const at::Tensor patches = at::rand({6, 3, 255, 255}) * 255;
  const Template first = system->embed(exemplars.narrow(0, 0, 1));
  const Template second = system->embed(exemplars.narrow(0, 1, 1));
  const std::vector<const Template*> both{&first, &second};
  const std::vector<const Template*> alone{&second};
  const auto batched = system->respond(patches, both);
  const auto single = system->respond(patches.narrow(0, 3, 3), alone);
  ASSERT_EQ(batched.size(), 2U);
  ASSERT_EQ(batched[1].front().sizes(), (at::IntArrayRef{3, 1, 17, 17}));
  const double scale = single[0].front().abs().max().item<double>();
  EXPECT_LT((batched[1].front() - single[0].front()).abs().max().item<double>(), 1e-4 * scale);
}

}  // namespace
}  // namespace siamtrack
