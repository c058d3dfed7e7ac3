// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/recipe.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "siamtrack/error.h"
#include "training/siamfc_task.h"

namespace siamtrack::training {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse_recipe(text, "r.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    return error.what();
  }
  return "accepted";
}

TEST(Recipe, NamesUnknownKeys) {
  EXPECT_EQ(refusal(R"({"bacth": 8})"), "recipe r.json: unknown key bacth");
  EXPECT_EQ(refusal(R"({"pairs": {"search_pixels": {"blurr": 1}}})"),
            "recipe r.json pairs search_pixels: unknown key blurr");
}

TEST(Recipe, NamesWrongValues) {
  EXPECT_EQ(refusal(R"({"batch": "many"})"), "recipe r.json: batch: unexpected type string");
  EXPECT_NE(refusal(R"({"batch": 0})").find("batch: expected at least"), std::string::npos);
  EXPECT_NE(refusal(R"({"optimiser": {"kind": "lion"}})").find("found \"lion\""),
            std::string::npos);
  EXPECT_EQ(refusal("{"), "recipe r.json: expected JSON text");
}

TEST(Recipe, CountsAreWholeNumbers) {
  EXPECT_EQ(refusal(R"({"epochs": 1.9})"),
            "recipe r.json: epochs: expected a whole number from -2147483648 to 2147483647, "
            "found 1.9");
  for (const char* text : {R"({"batch": true})", R"({"epochs": 1e12})", R"({"seed": -1})",
                           R"({"pairs": {"frame_range": 2.5}})"}) {
    EXPECT_NE(refusal(text), "accepted") << text;
  }
  EXPECT_EQ(parse_recipe(R"({"pairs_per_epoch": 6e5})", "r.json").pairs_per_epoch, 600'000);
}

TEST(Recipe, WhatWouldEndInNoNumbersIsRefused) {
  for (const char* text :
       {R"({"input_scale": 0})", R"({"optimiser": {"momentum": -1}})",
        R"({"optimiser": {"weight_decay": -1}})", R"({"optimiser": {"clip": -1}})"}) {
    EXPECT_NE(refusal(text), "accepted") << text;
  }
}

TEST(Recipe, EveryShippedRecipeIsReadable) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SIAMTRACK_RECIPES)) {
    const Recipe recipe = read_recipe(entry.path().string());
    EXPECT_FALSE(recipe.name.empty()) << entry.path();
    EXPECT_FALSE(recipe.source.empty()) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 3);
}

TEST(Recipe, PublishedScheduleOfSiamFc) {
  const Recipe recipe = read_recipe(std::string(SIAMTRACK_RECIPES) + "/siamfc.json");
  EXPECT_EQ(recipe.batch, 8);
  EXPECT_EQ(recipe.epochs, 50);
  EXPECT_EQ(recipe.pairs_per_epoch, 53'200);
  EXPECT_DOUBLE_EQ(learning_rate(recipe, 0), 1e-2);
  EXPECT_NEAR(learning_rate(recipe, recipe.steps() - 1), 1e-5, 1e-12);
  EXPECT_EQ(recipe.optimiser.kind, "sgd");
  EXPECT_DOUBLE_EQ(recipe.optimiser.momentum, 0.9);
  EXPECT_DOUBLE_EQ(recipe.optimiser.weight_decay, 5e-4);
}

TEST(Recipe, PublishedUnfreezingOfSiamDw) {
  const Recipe recipe = read_recipe(std::string(SIAMTRACK_RECIPES) + "/siamfc+-ciresnet22.json");
  const SiamFcTask task(recipe);
  const auto rate = [&](const std::string& layer, double progress) {
    return task.rate_factor("features.features." + layer + ".weight", progress);
  };
  EXPECT_DOUBLE_EQ(recipe.optimiser.clip, 10);
  EXPECT_EQ(rate("layer2.4.conv1", 0), 1);
  EXPECT_EQ(rate("layer2.3.conv1", 0), 0);
  EXPECT_EQ(rate("layer2.0.conv1", 0.29), 0);
  EXPECT_EQ(rate("layer2.0.conv1", 0.3), 1);
  EXPECT_EQ(rate("layer1.0.conv1", 0.69), 0);
  EXPECT_EQ(rate("layer1.0.conv1", 0.99), 1);
  EXPECT_EQ(rate("conv1", 0.99), 0) << "stays as ImageNet has it";
}

TEST(Recipe, NamesNumbersOutOfRange) {
  const auto schedule = [](const std::string& fields) {
    return refusal(R"({"epochs": 5, "optimiser": {"schedule": {)" + fields + "}}}");
  };
  EXPECT_EQ(schedule(R"("kind": "log", "last": 0)"),
            "recipe r.json: schedule last: expected at least 1e-12, found 0");
  EXPECT_EQ(schedule(R"("kind": "cosine", "warm_up_epochs": 5)"),
            "recipe r.json: warm_up_epochs: expected at most 4, found 5");
  EXPECT_EQ(schedule(R"("kind": "cosine", "last": 0, "warm_up_epochs": 4)"), "accepted");
  EXPECT_NE(schedule(R"("kind": "warm-up-log", "warm_up_epochs": 2)").find("warm_up_first"),
            std::string::npos);
  EXPECT_EQ(refusal(R"({"pairs": {"frame_range": -1}})"),
            "recipe r.json: frame_range: expected at least 0, found -1");
  EXPECT_EQ(refusal(R"({"pairs": {"negative": 1.5}})"),
            "recipe r.json: negative: expected 0 .. 1, found 1.5");
  EXPECT_EQ(refusal(R"({"batch": 224, "micro_batch": 32, "pairs_per_epoch": 224})"), "accepted");
  EXPECT_EQ(refusal(R"({"batch": 224, "micro_batch": 30, "pairs_per_epoch": 224})"),
            "recipe r.json: micro_batch: expected a divisor of 224, found 30");
  EXPECT_EQ(refusal(R"({"batch": 224, "micro_batch": -8, "pairs_per_epoch": 224})"),
            "recipe r.json: micro_batch: expected a divisor of 224, found -8");
  EXPECT_EQ(refusal(R"({"unfreeze": [[10, 2]]})"),
            "recipe r.json: unfreeze: expected 0 .. 1, found 10");
  const auto geometry = [](const std::string& fields) {
    return refusal(R"({"pairs": {)" + fields + "}}}");
  };
  EXPECT_EQ(geometry(R"("search_geometry": {"aspect": 1.2)"),
            "recipe r.json: search_geometry aspect: expected 0 or more and less than 1, found 1.2");
  EXPECT_NE(geometry(R"("exemplar_geometry": {"scale": 1.5)").find("scale"), std::string::npos);
  EXPECT_NE(geometry(R"("exemplar_geometry": {"axes": -0.1)").find("axes"), std::string::npos);
  EXPECT_NE(geometry(R"("search_geometry": {"shift": -4)").find("shift"), std::string::npos);
  EXPECT_EQ(geometry(R"("search_geometry": {"shift": 300, "scale": 0.99)"), "accepted");
}

TEST(Recipe, NamesWrongValuesOfAnAnchorHead) {
  EXPECT_NE(refusal(R"({"rpn": {"head": "thick"}})").find("expected one of thicker thinner"),
            std::string::npos);
  EXPECT_EQ(refusal(R"({"rpn": {"postive_overlap": 0.6}})"),
            "recipe r.json rpn: unknown key postive_overlap");
  EXPECT_NE(refusal(R"({"rpn": {"ratios": []}})").find("ratios and scales"), std::string::npos);
  EXPECT_NE(refusal(R"({"rpn": {"total": 8}})").find("total: expected at least 16"),
            std::string::npos);
}

TEST(Recipe, PublishedTrainingOfSiamRpnPlusPlus) {
  const Recipe recipe = read_recipe(std::string(SIAMTRACK_RECIPES) + "/siamrpn++-r50.json");
  EXPECT_EQ(recipe.steps(), 20 * 600'000 / 224);
  const auto rate_of = [&](int epoch) {
    return learning_rate(recipe, (2 * epoch + 1) * recipe.steps() / 40);  // middle of the epoch
  };
  const double expected[] = {.001,    .00138,  .001904, .002627, .003624, .005,    .004242,
                             .003598, .003053, .00259,  .002197, .001864, .001581, .001341,
                             .001138, .000965, .000819, .000695, .000589, .0005};  // section 12
  for (int epoch = 0; epoch < 20; ++epoch) EXPECT_NEAR(rate_of(epoch), expected[epoch], 6e-7);
  EXPECT_DOUBLE_EQ(recipe.rpn.regression, 1.2);
  EXPECT_DOUBLE_EQ(recipe.pairs.negative, 0.2);
  EXPECT_DOUBLE_EQ(recipe.backbone_rate, 0.1);
  EXPECT_DOUBLE_EQ(recipe.optimiser.clip, 10);
  ASSERT_EQ(recipe.unfreeze.size(), 2U);
  EXPECT_EQ(recipe.unfreeze[0].units, 0);
  EXPECT_DOUBLE_EQ(recipe.unfreeze[1].progress * recipe.epochs, 10);
  EXPECT_EQ(recipe.unfreeze[1].units, 3);  // layers 2, 3 and 4
}

TEST(Recipe, PublishedTrainingOfSiamMask) {
  const Recipe base = read_recipe(std::string(SIAMTRACK_RECIPES) + "/siammask-base.json");
  const double expected[] = {.001,    .00138,  .001904, .002627, .003624, .005,    .004758,
                             .004529, .00431,  .004102, .003904, .003715, .003536, .003365,
                             .003202, .003048, .0029,   .00276,  .002627, .0025};  // section 12
  for (int epoch = 0; epoch < 20; ++epoch) {
    EXPECT_NEAR(learning_rate(base, (2 * epoch + 1) * base.steps() / 40), expected[epoch], 6e-7);
  }
  EXPECT_EQ(base.steps(), 20 * 600'000 / 64);
  EXPECT_DOUBLE_EQ(base.mask.weight, 36);
  EXPECT_TRUE(base.pairs.masks);
  EXPECT_EQ(base.pairs.frame_ranges.at("youtube-vos"), 20);
  ASSERT_EQ(base.unfreeze.size(), 2U);
  EXPECT_EQ(base.unfreeze[1].units, 2);  // layers 2 and 3

  const Recipe refined = read_recipe(std::string(SIAMTRACK_RECIPES) + "/siammask-refined.json");
  EXPECT_TRUE(refined.mask.refine);
  EXPECT_EQ(refined.pairs.instance_size, 143);
  EXPECT_DOUBLE_EQ(refined.pairs.search_geometry.shift, 8);
  EXPECT_DOUBLE_EQ(learning_rate(refined, 0), 1e-2);
  EXPECT_NEAR(learning_rate(refined, refined.steps() - 1), 2.5e-3, 1e-9);
}

}  // namespace
}  // namespace siamtrack::training
