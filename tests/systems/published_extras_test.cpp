// SPDX-License-Identifier: LGPL-2.1-or-later
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <cmath>

#include "nn/backbones/backbones.h"
#include "open_system.h"
#include "systems/distractors.h"
#include "systems/siamfc.h"
#include "track/update_state.h"

/// What single systems have in settings that the others have not, beside the published numbers.
namespace siamtrack {
namespace {

using nlohmann::json;
using testing::metadata_of;
using testing::parameters_of;
using testing::setup_of;
using testing::system_of;

constexpr Size kFrame{1000, 1000};

TEST(PublishedSettings, LongTermSearchHasNextToNoWindow) {
  const auto system = system_of("siamrpn++/resnet50/long-term");
  EXPECT_EQ(parameters_of(*system).lost_window_influence, .001);
  EXPECT_EQ(parameters_of(*system).lost_instance_step, 0) << "as large as it gets at once";
}

TEST(PublishedSettings, OnlySiamMarginDecidesAgainWhetherATargetIsSmall) {
  TrackState grown = initial_state({500, 500, 60, 60}, {});
  grown.width = grown.height = 100;
  const auto side = [&](const char* name) {
    return system_of(name)->plan(grown, kFrame).patch_side;
  };
  EXPECT_EQ(side("dasiamrpn/alexnet-rpn-big"), 287);
  EXPECT_EQ(side("siammargin/resnet50-layer3-torchvision"), 255);
}

TEST(PublishedSettings, DistractorsCountHalf) {  // DaSiamRPN sec. 3.4
  HyperParameters none(json::object(), "dasiamrpn");
  EXPECT_EQ(read_distractor_parameters(none).influence, .5);
}

/// Whether a mask that is `value` everywhere is seen.
bool sees_mask(const std::string& name, double value) {
  nn::Weights weights = testing::zeros_of(name, "mask_head.");
  weights.merge(testing::zeros_of(name, "refine_head."));
  weights.at("refine_head.post2.bias").fill_(std::log(value / (1 - value)));
  const auto system = system_of(name, std::move(weights));
  const TrackState state = initial_state({450, 450, 100, 100}, {});
  std::vector<at::Tensor> responses = {at::zeros({1, 30, 25, 25}), at::zeros({1, 64, 125, 125}),
                                       at::zeros({1, 256, 63, 63}), at::zeros({1, 512, 31, 31})};
  const std::size_t levels = setup_of(*system).network.levels.size();
  responses.resize(responses.size() + levels, at::zeros({1, 256, 25, 25}));
  return system->decode(responses, state, system->plan(state, kFrame), kFrame).mask.has_value();
}

TEST(PublishedSettings, MasksBeginAtTheThreshold) {
  const c10::InferenceMode guard;
  for (const auto& [name, threshold] : {std::pair{"siammask/resnet50-layer3", .15},  // VOT2018
                                        {"siammask++/resnet50-all", .30}}) {         // VOT2016
    EXPECT_FALSE(sees_mask(name, threshold - 1e-3)) << name;
    EXPECT_TRUE(sees_mask(name, threshold + 1e-3)) << name;
  }
}

TEST(PublishedSettings, SiamMarginsTemplateFollowsAtItsRates) {
  const c10::InferenceMode guard;
  const std::string name = "siammargin/resnet50-layer3-torchvision";
  const auto system = system_of(name, testing::zeros_of(name, "rpn_head.cls.conv_kernel"));
  const at::Tensor ones = at::ones({1, 512, 5, 5});
  Candidate found;
  found.box = {500, 500, 40, 40};
  found.evidence.ranking = .5;
  const Template next =
      system->renew({ones, ones, ones, ones}, {at::zeros({1, 256, 31, 31})}, found, {});
  const double average = 1 - .18 * .5;  // what is added is zero
  EXPECT_NEAR(next[3].mean().item<double>(), average, 1e-6);
  EXPECT_NEAR(next[0].mean().item<double>(), .60 + (1 - .60) * average, 1e-6);
}

SiamFcParameters siamfc_parameters(const std::string& name, json values = json::object()) {
  const json metadata = metadata_of(name);
  return read_siamfc_parameters(metadata, HyperParameters(std::move(values), name),
                                nn::make_backbone(metadata.at("backbone").get<std::string>(), ""));
}

TEST(PublishedSettings, SiamFc) {  // siamfc-pytorch
  const SiamFcParameters p = siamfc_parameters("siamfc/alexnet");
  EXPECT_EQ(p.scales, 3);
  EXPECT_EQ(p.scale_step, 1.0375);
  EXPECT_EQ(p.scale_penalty, .9745);
  EXPECT_EQ(p.scale_rate, .59);
  EXPECT_EQ(p.window_influence, .176);
  EXPECT_EQ(p.response_side * p.response_up, 272);
  EXPECT_EQ(p.response_scale, 1e-3);
  EXPECT_EQ(p.peak_origin, 135.5);
  EXPECT_EQ(p.smallest_growth, .2);  // MATLAB's
  EXPECT_EQ(p.largest_growth, 5);
  const std::vector<double> five =
      scale_factors(siamfc_parameters("siamfc/alexnet", {{"scales", 5}, {"scale_step", 1.0255}}));
  ASSERT_EQ(five.size(), 5U);
  EXPECT_NEAR(five.front(), 1 / (1.0255 * 1.0255), 1e-12);
  EXPECT_NEAR(five.back(), 1.0255 * 1.0255, 1e-12);
}

TEST(PublishedSettings, SiamFcPlus) {  // SiamDW lib/tracker/siamfc.py
  for (const char* name : {"siamfc+/ciresnet22", "siamfc+/ciresnet22w", "siamfc+/ciresinception22",
                           "siamfc+/ciresnext22"}) {
    SCOPED_TRACE(name);
    const SiamFcParameters p = siamfc_parameters(name);
    EXPECT_EQ(p.scales, 3);
    EXPECT_EQ(p.scale_step, 1.0375);
    EXPECT_EQ(p.scale_penalty, .9745);
    EXPECT_EQ(p.scale_rate, .59);
    EXPECT_EQ(p.window_influence, .35);
    EXPECT_EQ(p.response_scale, .1);
    EXPECT_EQ(p.peak_origin, 136);
    EXPECT_EQ(p.response_side, 17);
    EXPECT_TRUE(p.clip_to_frame && !p.follow_winner_scale);
    const SiamFcParameters larger = siamfc_parameters(name, {{"instance_size", 263}});
    EXPECT_EQ(larger.exemplar_size, 135);
    EXPECT_EQ(larger.response_side, 17);
  }
}

}  // namespace
}  // namespace siamtrack
