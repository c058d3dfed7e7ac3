// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "golden_map.h"
#include "hash_weights.h"
#include "nn/drawn_weights.h"
#include "nn/heads/mask.h"
#include "random_model.h"
#include "shared_data.h"
#include "siamtrack/error.h"
#include "siamtrack/track.h"
#include "synthetic.h"
#include "systems/network_figures.h"
#include "systems/rpn_networks.h"
#include "systems/system.h"

namespace siamtrack {
namespace {

using nlohmann::json;
using testing::hash_image;
using testing::hash_weights;

constexpr int kExemplar = 127;
constexpr int kInstance = 255;
constexpr nn::Mode kMode = nn::Mode::kInference;

json metadata(bool refine = true) {
  return {{"architecture", "siammask"}, {"backbone", "resnet50-layer3"}, {"refine", refine}};
}

/// What PyTorch said: made by tests/golden/siammask.py.
const json& golden() {
  static const json recorded = json::parse(std::ifstream(SIAMTRACK_GOLDEN_DIR "/siammask.json"));
  return recorded;
}

TEST(SiamMask, HasThePublishedNumberOfParameters) {
  EXPECT_EQ(nn::parameter_count(network_figures(metadata()).tensors), 21482052);
}

TEST(SiamMask, HasThePublishedKeysAndShapes) {
  SIAMTRACK_REQUIRE_SHARED(table, "spec/keys/siammask_r50_l3.tsv");
  EXPECT_EQ(testing::shapes_of(network_figures(metadata()).tensors),
            testing::published_shapes(table));
}

TEST(SiamMask, ProposesWhatPyTorchProposes) {
  const c10::InferenceMode guard;
  const auto system =
      make_system(metadata(), hash_weights(network_figures(metadata()).tensors), "", {});
  const Template exemplar = system->embed(hash_image("exemplar", kExemplar));
  const Template* const templates[] = {&exemplar};
  const auto responses = system->respond(hash_image("search", kInstance), templates);
  const at::Tensor& maps = responses[0][0];
  testing::expect_recorded(maps.narrow(1, 0, 10), golden().at("classification"), "classification");
  testing::expect_recorded(maps.narrow(1, 10, 20), golden().at("regression"), "regression");
}

TEST(SiamMask, DrawsTheMasksThatPyTorchDraws) {
  const c10::InferenceMode guard;
  nn::Weights weights = hash_weights(network_figures(metadata()).tensors);
  const nn::RpnNetwork network = nn::prepare_for_inference(siammask_network(metadata()), weights);
  const nn::MaskHead refined = nn::prepare_for_inference(nn::mask_head_blueprint(true), weights);
  nn::MaskHead base = refined;
  base.steps.clear();
  const auto exemplar =
      nn::forward(network.backbone, weights, hash_image("exemplar", kExemplar), kMode);
  const auto z = nn::template_features(network, weights, exemplar, kMode);
  const auto features =
      nn::forward(network.backbone, weights, hash_image("search", kInstance), kMode);
  const auto x = nn::level_features(network, weights, features, kMode);
  const auto kernels = nn::mask_kernels(refined, weights, z, kMode);
  const auto correlations = nn::mask_features(refined, weights, kernels, x, kMode);
  for (const json& cell : golden().at("masks")) {
    const auto logits = [&](const nn::MaskHead& head) {
      const nn::Cell place{cell.at("row").get<int>(), cell.at("column").get<int>()};
      return nn::mask_logits(head, weights, {correlations, features}, {&place, 1}, kMode);
    };
    testing::expect_recorded(logits(base), cell.at("base"), "base");
    testing::expect_recorded(logits(refined), cell.at("refined"), "refined");
  }
}

// --- from end to end
// ------------------------------------------------------------------------------

constexpr Size kSize{320, 240};
constexpr double kSide = 64;
constexpr Box kTarget{128, 88, kSide, kSide};  // about the frame's centre

/// Drawn weights whose boxes are the anchors and whose every mask is all set (`bias` > 0) or clear.
std::shared_ptr<const Model> mask_model(float bias) {
  static const testing::TemporaryFile file("-siamtrack-siammask.safetensors");
  nn::ModelFile model;
  model.metadata = metadata();
  model.weights = nn::draw_weights(network_figures(model.metadata).tensors);
  for (const char* key :
       {"rpn_head.loc.head.3.weight", "rpn_head.loc.head.3.bias", "refine_head.post2.weight"}) {
    model.weights[key].zero_();
  }
  model.weights["refine_head.post2.bias"].fill_(bias);
  nn::write_model_file(file.path, model);
  ModelOptions options;
  options.device = Device::kCpu;
  options.overrides = R"({"window_influence": 1, "learning_rate": 0})";  // the middle cell wins
  return Model::load(file.path, options);
}

TEST(SiamMask, TellsMaskAndTurnedBoxInFramePixels) {
  const auto picture = testing::textured_square(kSize, 128, 88, 64);
  Track track(mask_model(10), {.lost_threshold = 0}, picture.view(), kTarget);
  EXPECT_FALSE(track.result().mask) << "none before the first update";
  const TrackResult result = track.update(picture.view());
  ASSERT_TRUE(result.mask);
  ASSERT_TRUE(result.rotated);
  // The middle cell's mask covers the exemplar's area: the target with its context, 2 x 64 px.
  EXPECT_NEAR(result.mask->x, 160 - kSide, 2);
  EXPECT_NEAR(result.mask->y, 120 - kSide, 2);
  EXPECT_NEAR(result.mask->size.width, 2 * kSide, 3);
  EXPECT_NEAR(result.mask->size.height, 2 * kSide, 3);
  EXPECT_NEAR(result.rotated->centre_x, 160, 2);
  EXPECT_NEAR(result.rotated->centre_y, 120, 2);
  EXPECT_NEAR(result.rotated->width * result.rotated->height, 4 * kSide * kSide, 500);
}

TEST(SiamMask, WithoutAMaskThereIsTheBox) {
  const auto picture = testing::textured_square(kSize, 128, 88, 64);
  Track track(mask_model(-10), {.lost_threshold = 0}, picture.view(), kTarget);
  const TrackResult result = track.update(picture.view());
  EXPECT_FALSE(result.mask);
  EXPECT_FALSE(result.rotated);
  EXPECT_GT(iou(result.box, kTarget), 0.2);
}

TEST(SiamMask, NamesWhatIsMissing) {
  nn::Weights weights = hash_weights(network_figures(metadata()).tensors);
  weights.erase("refine_head.deconv.bias");
  try {
    make_system(metadata(), weights, "", {});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
    EXPECT_NE(std::string(error.what()).find("refine_head.deconv.bias: expected [32]"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace siamtrack
