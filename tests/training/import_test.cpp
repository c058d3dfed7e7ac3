// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "nn/backbones/backbones.h"
#include "nn/drawn_weights.h"
#include "nn/forward.h"
#include "siamtrack/error.h"
#include "systems/configurations.h"
#include "systems/network_figures.h"
#include "training/siamfc_task.h"

/// What a model file says beside its weights, when a run begins with it.
namespace siamtrack::training {
namespace {

Recipe siamfc() {
  Recipe recipe;
  recipe.architecture = "siamfc";
  recipe.backbone = "alexnet";
  recipe.input_mean = 115;
  recipe.input_scale = 58;
  return recipe;
}

nn::Backbone alexnet() { return nn::make_backbone("alexnet", "backbone."); }

/// As tools/import_checkpoint.py makes one of siamfc-pytorch's checkpoints.
nn::ModelFile imported() {
  return {nn::draw_weights(nn::tensor_specs(alexnet())),
          {{"architecture", "siamfc"},
           {"backbone", "alexnet"},
           {"backbone_prefix", "backbone."},
           {"channel_order", "rgb"},
           {"hyper_parameters", {{"response_scale", 0.002}, {"response_bias", -1.5}}}}};
}

nn::Weights begun_with(const SiamFcTask& task, const nn::ModelFile& file) {
  nn::Weights weights = task.initial_weights(1);
  EXPECT_EQ(task.import_weights(file, weights).taken, static_cast<int>(file.weights.size()));
  return weights;
}

TEST(Import, KernelsForRgbAreTurnedToTheOrderOfBatches) {
  const SiamFcTask task(siamfc());
  const nn::ModelFile file = imported();
  const nn::Weights model = task.export_weights(begun_with(task, file));
  const at::Tensor rgb = at::rand({1, 3, 127, 127}) * 255;
  const at::Tensor expected = nn::forward(alexnet(), file.weights, rgb, nn::Mode::kEval).back();
  const at::Tensor found = nn::forward(nn::make_backbone("alexnet", "features.features."), model,
                                       rgb.flip(1), nn::Mode::kEval)
                               .back();
  const double largest = expected.abs().max().item<double>();
  EXPECT_LT((found - expected).abs().max().item<double>(), 1e-4 * largest);
  EXPECT_FALSE(task.metadata(task.initial_weights(1)).contains("channel_order"));
}

TEST(Import, KernelsForBgrStayAsTheyAre) {
  const SiamFcTask task(siamfc());
  nn::ModelFile file = imported();
  file.metadata.erase("channel_order");
  const nn::Weights model = task.export_weights(begun_with(task, file));
  EXPECT_TRUE(at::allclose(model.at("features.features.conv1.0.weight"),
                           file.weights.at("backbone.conv1.0.weight"), 1e-5, 1e-7));
}

TEST(Import, ScaleAndBiasOfTheResponseAreTheFilesOrElseTheRecipes) {
  Recipe recipe = siamfc();
  recipe.loss.response_scale = 0.01;
  const SiamFcTask task(recipe);
  nn::ModelFile file = imported();
  const auto said = [&] { return task.metadata(begun_with(task, file)).at("hyper_parameters"); };
  EXPECT_NEAR(said().at("response_scale").get<double>(), 0.002, 1e-8);
  EXPECT_EQ(said().at("response_bias"), -1.5);
  file.metadata["hyper_parameters"] = {{"scale_step", 1.04}};
  EXPECT_NEAR(said().at("response_scale").get<double>(), 0.01, 1e-8);
  EXPECT_EQ(said().at("response_bias"), 0);
  file.metadata["hyper_parameters"] = {{"response_scale", -1}};
  nn::Weights weights = task.initial_weights(1);
  EXPECT_THROW(task.import_weights(file, weights), Error);
}

TEST(Import, NoKernelButThePixelsHasThreeInputs) {
  for (const Configuration& one : configurations()) {
    int count = 0;
    for (const nn::TensorSpec& spec : network_figures(one.metadata).tensors) {
      count += spec.shape.size() == 4 && spec.shape[1] == 3;
    }
    EXPECT_EQ(count, 1 + one.metadata.value("outline", false)) << one.name;
  }
}

}  // namespace
}  // namespace siamtrack::training
