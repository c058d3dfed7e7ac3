// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "golden_map.h"
#include "hash_weights.h"
#include "shared_data.h"
#include "siamtrack/error.h"
#include "systems/network_figures.h"
#include "systems/rpn_networks.h"
#include "systems/system.h"

namespace siamtrack {
namespace {

using nlohmann::json;
using testing::hash_image;

constexpr nn::Mode kMode = nn::Mode::kInference;

json metadata(bool refine = true) {
  return {{"architecture", "siammask++"}, {"backbone", "resnet50-all"}, {"refine", refine}};
}

/// What PyTorch said: made by tests/golden/siammask_plus_plus.py.
const json& golden() {
  static const json recorded =
      json::parse(std::ifstream(SIAMTRACK_GOLDEN_DIR "/siammask_plus_plus.json"));
  return recorded;
}

TEST(SiamMaskPlusPlus, HasThePublishedNumberOfParameters) {
  EXPECT_EQ(nn::parameter_count(network_figures(metadata()).tensors), 90149803);
}

TEST(SiamMaskPlusPlus, HasThePublishedKeysAndShapes) {
  SIAMTRACK_REQUIRE_SHARED(table, "spec/keys/re_SiamMask_pp.tsv");
  const std::map<std::string, std::string> renamed = {
      {"features.features.", "backbone."},
      {"features.downsample1.", "neck.downsample2."},
      {"features.downsample2.", "neck.downsample3."},
      {"features.downsample3.", "neck.downsample4."},
      {"rpn_model.", "rpn_head."},
      {"mask_model.", "mask_head."},
      {"refine_model.", "refine_head."}};
  testing::Shapes expected;
  for (const auto& [published, shape] : testing::published_shapes(table, renamed)) {
    std::string key = published;
    for (const std::string part : {"rpn_pred_cls", "rpn_pred_loc", "rpn_pred_mask."}) {
      const std::size_t at = key.find(part);
      const std::string shorter = part.ends_with('.') ? "" : part.substr(9);
      if (at != std::string::npos) key.replace(at, part.size(), shorter);
    }
    expected[key] = shape;
  }
  EXPECT_EQ(testing::shapes_of(network_figures(metadata()).tensors), expected);
}

TEST(SiamMaskPlusPlus, ProposesAndDrawsWhatPyTorchDoes) {
  const c10::InferenceMode guard;
  nn::Weights weights = testing::hash_weights(network_figures(metadata()).tensors);
  const nn::RpnNetwork network = nn::prepare_for_inference(siammask_network(metadata()), weights);
  const nn::MaskHead refined = nn::prepare_for_inference(siammask_head(metadata()), weights);
  nn::MaskHead base = refined;
  base.steps.clear();
  const auto features = [&](const char* image, std::int64_t size) {
    return nn::forward(network.backbone, weights, hash_image(image, size), kMode);
  };
  const auto z = nn::template_features(network, weights, features("exemplar", 127), kMode);
  const auto found = features("search", 255);
  const auto x = nn::level_features(network, weights, found, kMode);
  const nn::RpnOutput boxes = nn::predict_from_levels(
      network, weights, nn::kernels_from_levels(network, weights, z, kMode), x, kMode);
  testing::expect_recorded(boxes.classification, golden().at("classification"), "classification");
  testing::expect_recorded(boxes.regression, golden().at("regression"), "regression");

  const auto kernels = nn::mask_kernels(refined, weights, z, kMode);
  const nn::MaskInput input{nn::mask_features(refined, weights, kernels, x, kMode), found};
  for (const json& cell : golden().at("masks")) {
    const nn::Cell place{cell.at("row").get<int>(), cell.at("column").get<int>()};
    const auto logits = [&](const nn::MaskHead& head) {
      return nn::mask_logits(head, weights, input, {&place, 1}, kMode);
    };
    testing::expect_recorded(logits(base), cell.at("base"), "base");
    testing::expect_recorded(logits(refined), cell.at("refined"), "refined");
  }
}

TEST(SiamMaskPlusPlus, NamesABackboneThatCannotBe) {
  json wrong = metadata();
  wrong["backbone"] = "alexnet-rpn";
  try {
    network_figures(wrong);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
    EXPECT_STREQ(error.what(),
                 "metadata backbone of siammask++: expected resnet50-all, found alexnet-rpn");
  }
}

TEST(SiamMaskPlusPlus, TellsAMaskOfTwoTargetsAtOnce) {
  const c10::InferenceMode guard;
  const auto system =
      make_system(metadata(), testing::hash_weights(network_figures(metadata()).tensors), "", {});
  const Template exemplar = system->embed(hash_image("exemplar", 127));
  const Template other = system->embed(hash_image("other", 127));
  const Template* const both[] = {&exemplar, &other};
  const at::Tensor patch = hash_image("search", 255);
  const auto responses = system->respond(at::cat({patch, patch}), both);
  const Template* const one[] = {&exemplar};
  const auto alone = system->respond(patch, one);
  ASSERT_EQ(responses.size(), 2U);
  ASSERT_EQ(responses[0].size(), alone[0].size());
  for (std::size_t i = 0; i < alone[0].size(); ++i) {
    const double largest = alone[0][i].abs().max().item<double>();
    EXPECT_LT((responses[0][i] - alone[0][i]).abs().max().item<double>(), 1e-4 * largest) << i;
  }
}

}  // namespace
}  // namespace siamtrack
