// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/siamfc.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "random_model.h"

namespace siamtrack {
namespace {

/// A 17x17 map with one cell set.
ResponseMap spike(int row, int column, float value) {
  ResponseMap map{17, std::vector<float>(17 * 17, 0.0F)};
  map.values[static_cast<std::size_t>(row) * 17 + column] = value;
  return map;
}

SiamFcParameters plain_parameters() {
  return read_siamfc_parameters(HyperParameters(nlohmann::json::object(), "siamfc"), false, 255);
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
  const SiamFcParameters p =
      read_siamfc_parameters(HyperParameters({{"instance_size", 263}}, "siamfc+"), true, 255);
  EXPECT_EQ(p.exemplar_size, 135);  // instance - 128
  EXPECT_DOUBLE_EQ(p.peak_origin, 136);
  EXPECT_FALSE(p.follow_winner_scale);
  EXPECT_TRUE(p.clip_to_frame);
  EXPECT_DOUBLE_EQ(p.window_influence, 0.35);
}

TEST(SiamFcParameters, NameWhatIsUnknownOrOutOfRange) {
  const auto read = [](nlohmann::json values) {
    return read_siamfc_parameters(HyperParameters(std::move(values), "siamfc"), false, 255);
  };
  EXPECT_THROW(read({{"window", 0.3}}), Error);
  EXPECT_THROW(read({{"window_influence", 1.5}}), Error);
  EXPECT_THROW(read({{"scales", "three"}}), Error);
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
