// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "published_recipe.h"
#include "training/augment.h"

/// Step sizes and pairs of the recipes beside what papers and their code say.
namespace siamtrack::training {
namespace {

using testing::expect_said;
using testing::kOpen;
using testing::recipe_of;

// --- optimisation

struct Optimisation {
  std::string recipe;
  int epochs;
  double pairs, batch, momentum, weight_decay, clip;
  std::vector<double> warm_up;  ///< first step size and epochs; empty: none
  double first, last;
};

const std::vector<Optimisation>& optimisations() {
  static const std::vector<Optimisation> table = {
      // Bertinetto et al. 2016, sec. 3
      {"siamfc", 50, 53'200, 8, .9, 5e-4, kOpen, {}, 1e-2, 1e-5},
      // Zhang and Peng 2019, sec. 5.1: 4 GPUs with 32 pairs each
      {"siamfc+-ciresnet22", 50, 600'000, 128, .9, 1e-4, 10, {}, 1e-2, 1e-5},
      {"siamfc+-ciresnet22-unfrozen", 50, 600'000, 128, .9, 1e-4, 10, {}, 1e-3, 1e-7},
      {"siamrpn+-ciresnet22", 50, 600'000, 128, .9, 5e-4, 10, {}, 1e-2, 1e-5},
      // Li et al. 2018, sec. 4.1; Zhu et al. 2018
      {"siamrpn", 50, kOpen, kOpen, .9, kOpen, kOpen, {}, 1e-2, 1e-6},
      {"dasiamrpn", 50, kOpen, kOpen, .9, kOpen, kOpen, {}, 1e-2, 1e-6},
      // pysot on 8 GPUs with 28 pairs each, AlexNet on 16 with 128
      {"siamrpn++-r50", 20, 600'000, 8 * 28, .9, 1e-4, 10, {1e-3, 5}, 5e-3, 5e-4},
      {"siamrpn++-mobilenetv2", 20, 600'000, kOpen, .9, 1e-4, 10, {1e-3, 5}, 5e-3, 5e-4},
      {"siamrpn++-alex", 50, 600'000, 16 * 128, .9, 1e-4, 10, {5e-3, 5}, 1e-2, 5e-4},
      // Wang et al. 2019: SiamMask experiments/siammask_base and siammask_sharp
      {"siammask-base", 20, 600'000, 64, kOpen, kOpen, kOpen, {1e-3, 5}, 5e-3, 2.5e-3},
      {"siammask-refined", 20, 200'000, kOpen, kOpen, kOpen, kOpen, {}, 1e-2, 2.5e-3},
      {"siammask++-base", 20, 300'000, 16, kOpen, kOpen, kOpen, {1e-3, 5}, 5e-3, 2.5e-3},
      {"siammask++-refined", 20, kOpen, kOpen, kOpen, kOpen, kOpen, {}, 5e-3, 2.5e-3},
  };
  return table;
}

TEST(PublishedRecipes, Optimisation) {
  for (const Optimisation& row : optimisations()) {
    SCOPED_TRACE(row.recipe);
    const Recipe recipe = recipe_of(row.recipe);
    EXPECT_EQ(recipe.optimiser.kind, "sgd");
    EXPECT_EQ(recipe.epochs, row.epochs);
    expect_said(static_cast<double>(recipe.pairs_per_epoch), row.pairs, "pairs");
    expect_said(recipe.batch, row.batch, "batch");
    expect_said(recipe.optimiser.momentum, row.momentum, "momentum");
    expect_said(recipe.optimiser.weight_decay, row.weight_decay, "weight decay");
    expect_said(recipe.optimiser.clip, row.clip, "clip");
    const ScheduleRecipe& schedule = recipe.optimiser.schedule;
    EXPECT_EQ(schedule.kind, row.warm_up.empty() ? "log" : "warm-up-log");
    EXPECT_DOUBLE_EQ(schedule.first, row.first);
    EXPECT_NEAR(learning_rate(recipe, recipe.steps() - 1), row.last, 1e-12);
    if (row.warm_up.empty()) continue;
    EXPECT_DOUBLE_EQ(learning_rate(recipe, 0), row.warm_up[0]);
    EXPECT_EQ(schedule.warm_up_epochs, row.warm_up[1]);
  }
}

/// Of the published batches; normalisations saw no more at once.
TEST(PublishedRecipes, PairsPerGpu) {
  const std::map<std::string, int> expected = {
      // SiamDW: 4 GPUs
      {"siamfc+-ciresnet22", 32},
      {"siamfc+-ciresnet22-unfrozen", 32},
      {"siamrpn+-ciresnet22", 32},
      // pysot: 8 GPUs, AlexNet 16; SiamMargin is trained as SiamRPN++
      {"siamrpn++-r50", 28},
      {"siamrpn++-mobilenetv2", 28},
      {"siamrpn++-alex", 128},
      {"siammargin", 28},
      // SiamMask: 4 GPUs
      {"siammask-base", 16},
      {"siammask-refined", 16},
  };
  for (const auto& [name, pairs] : expected) EXPECT_EQ(recipe_of(name).micro_batch, pairs) << name;
}

// --- what is drawn

struct Drawing {
  std::string recipe;
  int instance;
  double negative, grey;
  double search_shift, search_scale;
  double exemplar_blur, search_blur;
  std::map<std::string, int> ranges;
};

/// By how much a side may change; both sides alike ("scale") or each by itself ("axes").
double stretch(const GeometryLimits& limits) {
  EXPECT_EQ(limits.aspect, 0);
  EXPECT_TRUE(limits.scale == 0 || limits.axes == 0) << "once, not twice";
  return std::max(limits.scale, limits.axes);
}

TEST(PublishedRecipes, PairsAndTheirChanges) {
  const std::map<std::string, int> none, videos{{"youtube-bb", 3}}, masks{{"youtube-vos", 20}};
  const std::vector<Drawing> table = {
      {"siamfc", 239, 0, .25, 4, .05, 0, 0, none},
      {"siamfc+-ciresnet22", 255, 0, 0, 4, .05, 0, 0, none},
      {"siamfc+-ciresnet22-unfrozen", 255, 0, 0, 4, .05, 0, 0, none},
      {"siamrpn+-ciresnet22", 255, 0, 0, 4, .05, .2, .2, videos},
      {"siamrpn++-r50", 255, .2, 0, 64, .18, 0, .2, videos},
      {"siamrpn++-mobilenetv2", 255, .2, 0, 64, .18, 0, .2, videos},
      {"siamrpn++-alex", 255, .05, 0, 64, .18, 0, .2, videos},
      {"siammask-base", 255, .2, .25, 64, .18, 0, .18, masks},
      {"siammask-refined", 143, 0, kOpen, 8, kOpen, kOpen, kOpen, masks},
      {"siammask++-base", 255, kOpen, kOpen, 64, kOpen, kOpen, kOpen, masks},
      {"siammask++-refined", 143, kOpen, kOpen, 8, kOpen, kOpen, kOpen, masks},
  };
  for (const Drawing& row : table) {
    SCOPED_TRACE(row.recipe);
    const PairOptions pairs = recipe_of(row.recipe).pairs;
    EXPECT_EQ(pairs.mirrored, 0);
    EXPECT_EQ(pairs.near_centre, 0);
    EXPECT_EQ(pairs.composed, 0);
    EXPECT_EQ(pairs.exemplar_size, 127);
    EXPECT_EQ(pairs.instance_size, row.instance);
    EXPECT_EQ(pairs.frame_range, 100);
    EXPECT_EQ(pairs.frame_ranges, row.ranges);
    expect_said(pairs.negative, row.negative, "negative");
    expect_said(pairs.grey, row.grey, "grey");
    EXPECT_EQ(pairs.exemplar_geometry.shift, 4);
    EXPECT_EQ(stretch(pairs.exemplar_geometry), .05);
    EXPECT_EQ(pairs.search_geometry.shift, row.search_shift);
    expect_said(stretch(pairs.search_geometry), row.search_scale, "scale");
    expect_said(pairs.exemplar_pixels.blur, row.exemplar_blur, "exemplar blur");
    expect_said(pairs.search_pixels.blur, row.search_blur, "search blur");
  }
}

TEST(PublishedRecipes, ColoursOfSiamDw) {
  for (const char* name :
       {"siamfc+-ciresnet22", "siamfc+-ciresnet22-unfrozen", "siamrpn+-ciresnet22"}) {
    const PairOptions pairs = recipe_of(name).pairs;
    for (const PixelLimits& pixels : {pairs.exemplar_pixels, pairs.search_pixels}) {
      EXPECT_EQ(pixels.brightness, .05) << name;
      EXPECT_EQ(pixels.contrast, .05) << name;
      EXPECT_EQ(pixels.lighting, 0) << name;
    }
  }
}

TEST(PublishedRecipes, ColoursOfPysot) {
  for (const char* name : {"siamrpn++-r50", "siamrpn++-mobilenetv2", "siamrpn++-alex"}) {
    const PairOptions pairs = recipe_of(name).pairs;
    EXPECT_EQ(pairs.exemplar_pixels.lighting, 1) << name;
    EXPECT_EQ(pairs.search_pixels.lighting, 1) << name;
  }
  const double directions[3][3] = {// pysot's rgbVar; rows R, G, B
                                   {-.5592, .9806, -.4194},
                                   {1.7209, .1988, -1.8297},
                                   {4.6447, 4.7371, 4.8832}};
  Random drawn(1, 2), again(1, 2);
  const PixelChange change = random_change({.lighting = 1}, 255, drawn);
  for (int unused = 0; unused < 5; ++unused) again.uniform();  // brightness, contrast, channels
  const double weights[3] = {again.gaussian(), again.gaussian(), again.gaussian()};
  for (std::size_t channel = 0; channel < 3; ++channel) {  // BGR
    const double* row = directions[2 - channel];
    const double shift = row[0] * weights[0] + row[1] * weights[1] + row[2] * weights[2];
    EXPECT_NEAR(change.offset[channel], -shift, 1e-9);
    EXPECT_EQ(change.gain[channel], 1);
  }
}

TEST(PublishedRecipes, DaSiamRpnsNegativePairs) {  // Zhu et al. 2018, sec. 3.2
  const PairOptions pairs = recipe_of("dasiamrpn").pairs;
  EXPECT_GT(pairs.negative, 0);
  EXPECT_TRUE(pairs.same_category > 0 && pairs.same_category < 1) << "of both kinds";
  EXPECT_GT(pairs.search_pixels.blur, 0);
  EXPECT_EQ(recipe_of("siamrpn").pairs.negative, 0);
}

}  // namespace
}  // namespace siamtrack::training
