// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <vector>

#include "published_recipe.h"
#include "training/mask_task.h"

/// Losses of the recipes, and what is trained when, beside what papers and their code say.
namespace siamtrack::training {
namespace {

using testing::expect_said;
using testing::kOpen;
using testing::recipe_of;

// --- losses

TEST(PublishedRecipes, SiamFcsLabelsAndResponses) {
  for (const auto& [name, scale] : {std::pair{"siamfc", 1e-3},
                                    {"siamfc+-ciresnet22", .1},
                                    {"siamfc+-ciresnet22-unfrozen", .1}}) {
    const LossRecipe loss = recipe_of(name).loss;
    EXPECT_EQ(loss.positive_radius, 2 * 8) << name << ": two cells";
    EXPECT_EQ(loss.response_scale, scale) << name;
    EXPECT_EQ(loss.contrastive, 0) << name;
    EXPECT_FALSE(loss.learn_response) << name;
  }
}

struct Loss {
  std::string recipe;
  double classification, regression;
  bool smooth;  ///< the papers' smooth L1; false: L1 as in the published code
};

TEST(PublishedRecipes, AnchorsAndLosses) {
  const std::vector<Loss> table = {
      {"siamrpn", 1, kOpen, true},
      {"dasiamrpn", 1, kOpen, true},
      {"siamrpn+-ciresnet22", 1, 1, false},
      {"siamrpn++-r50", 1, 1.2, false},
      {"siamrpn++-mobilenetv2", 1, 1.2, false},
      {"siamrpn++-alex", 1, 1.2, false},
      {"siammask-base", 1, 1.2, false},
      {"siammask++-base", 1, 1.2, false},
  };
  for (const Loss& row : table) {
    SCOPED_TRACE(row.recipe);
    const RpnRecipe rpn = recipe_of(row.recipe).rpn;
    EXPECT_EQ(rpn.sampling.positive, .6);
    EXPECT_EQ(rpn.sampling.negative, .3);
    EXPECT_EQ(rpn.sampling.most_positive, 16);
    EXPECT_EQ(rpn.sampling.total, 64);
    EXPECT_EQ(rpn.sampling.negative_pair, 16);
    EXPECT_EQ(2 * rpn.sampling.negative_radius + 1, 7);
    EXPECT_EQ(rpn.anchors.ratios, (std::vector<double>{.33, .5, 1, 2, 3}));
    EXPECT_EQ(rpn.anchors.scales, std::vector<double>{8});
    expect_said(rpn.classification, row.classification, "classification");
    expect_said(rpn.regression, row.regression, "regression");
    EXPECT_EQ(rpn.smooth > 0, row.smooth);
    EXPECT_FALSE(rpn.mean_correlation);
  }
  const RpnRecipe thinner = recipe_of("siamrpn+-ciresnet22").rpn;
  EXPECT_EQ(thinner.head, "thinner");
  EXPECT_EQ(thinner.response, .1);
  EXPECT_EQ(recipe_of("siamrpn++-r50").rpn.fusion, "weighted");
  EXPECT_EQ(recipe_of("siamrpn++-mobilenetv2").rpn.fusion, "mean");
}

// --- what is trained when

/// Factor on the step size of a layer's weights.
double rate_in(const RpnTask& task, const std::string& layer, double progress) {
  return task.rate_factor(layer + ".weight", progress);
}

TEST(PublishedRecipes, UnfreezingOfSiamDw) {
  // Its code unlocks one less than it says, and counts the pooling behind layer2's first unit.
  const std::vector<std::pair<double, int>> published = {{0, 2},  {.1, 3}, {.2, 4}, {.3, 6},
                                                         {.5, 7}, {.6, 8}, {.7, 9}};
  for (const char* name : {"siamfc+-ciresnet22", "siamrpn+-ciresnet22"}) {
    const Recipe recipe = recipe_of(name);
    ASSERT_EQ(recipe.unfreeze.size(), published.size());
    for (std::size_t i = 0; i < published.size(); ++i) {
      const auto& [progress, count] = published[i];
      EXPECT_EQ(recipe.unfreeze[i].progress, progress);
      EXPECT_EQ(recipe.unfreeze[i].units, count > 4 ? count - 2 : count - 1) << name;
    }
    EXPECT_EQ(recipe.backbone_rate, 1);
  }
  EXPECT_TRUE(recipe_of("siamfc+-ciresnet22-unfrozen").unfreeze.empty());
}

TEST(PublishedRecipes, UnfreezingOfPysot) {
  const RpnTask resnet(recipe_of("siamrpn++-r50"));
  for (const char* layer : {"layer2", "layer3", "layer4"}) {
    const std::string key = std::string("backbone.") + layer + ".0.conv1";
    EXPECT_EQ(rate_in(resnet, key, 9.9 / 20), 0) << layer;
    EXPECT_EQ(rate_in(resnet, key, 10.0 / 20), .1) << layer;
  }
  EXPECT_EQ(rate_in(resnet, "backbone.layer1.0.conv1", .99), 0);
  EXPECT_EQ(rate_in(resnet, "neck.downsample2.downsample.0", 0), 1);
  const RpnTask alexnet(recipe_of("siamrpn++-alex"));
  for (const char* layer : {"backbone.layer4.0", "backbone.layer5.0"}) {
    EXPECT_EQ(rate_in(alexnet, layer, 9.9 / 50), 0) << layer;
    EXPECT_EQ(rate_in(alexnet, layer, 10.0 / 50), 1) << layer;
  }
  EXPECT_EQ(rate_in(alexnet, "backbone.layer3.0", .99), 0);
}

TEST(PublishedRecipes, UnfreezingOfSiamMask) {
  const MaskTask base(recipe_of("siammask-base"));
  EXPECT_EQ(rate_in(base, "neck.downsample.downsample.0", 0), 1);
  for (const char* layer : {"backbone.layer2.0.conv1", "backbone.layer3.0.conv1"}) {
    EXPECT_EQ(rate_in(base, layer, .49), 0) << layer;
    EXPECT_EQ(rate_in(base, layer, .5), .1) << layer;
  }
  EXPECT_EQ(rate_in(base, "backbone.layer1.0.conv1", .99), 0);
  EXPECT_EQ(recipe_of("siammask-base").mask.weight, 36);
  EXPECT_EQ(recipe_of("siammask++-base").mask.weight, 36);
  for (const char* name : {"siammask-refined", "siammask++-refined"}) {
    const Recipe recipe = recipe_of(name);
    const MaskTask refined(recipe);
    EXPECT_TRUE(recipe.mask.refine) << name;
    EXPECT_EQ(recipe.mask.weight, 36) << name;
    EXPECT_EQ(rate_in(refined, "mask_head.conv_kernel.0", 0), 1) << name;
    EXPECT_EQ(rate_in(refined, "refine_head.v0.0", 0), 1) << name;
    for (const char* still :
         {"rpn_head.cls.head.3", "neck.downsample.downsample.0", "backbone.layer3.0.conv1"}) {
      EXPECT_EQ(rate_in(refined, still, .99), 0) << name << " " << still;
    }
  }
}

TEST(PublishedRecipes, MarginOfSiamMargin) {  // CosFace, Wang et al. 2018, sec. 4.2; weight ours
  const MarginRecipe margin = recipe_of("siammargin").margin;
  EXPECT_EQ(margin.scale, 30);
  EXPECT_EQ(margin.margin, .35);
}

}  // namespace
}  // namespace siamtrack::training
