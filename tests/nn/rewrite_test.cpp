// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/rewrite.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "nn/drawn_weights.h"
#include "nn/forward.h"
#include "relative_difference.h"
#include "siamtrack/error.h"

namespace siamtrack::nn {
namespace {

using siamtrack::testing::relative_difference;

// float32 sums in another order: 1e-5 after 20 layers, 2.6e-5 after the 53 of MobileNetV2.
constexpr double kTolerance = 5e-5;

at::Tensor random_image(int size, int channels = 3) {
  at::manual_seed(2);
  return at::randn({1, channels, size, size});
}

/// One CIR unit without channel change, as SiamDW has it: crop after the addition.
Sequence plain_unit(int channels) {
  const int inner = channels / 4;
  return {Residual{{Conv{.name = "a", .in = channels, .out = inner}, BatchNorm{"bn_a", inner},
                    Activation::kRelu,
                    Conv{.name = "b", .in = inner, .out = inner, .kernel = 3, .padding = 1},
                    BatchNorm{"bn_b", inner}, Activation::kRelu,
                    Conv{.name = "c", .in = inner, .out = channels}, BatchNorm{"bn_c", channels}},
                   {}},
          Activation::kRelu, Crop{1}};
}

/// A block of a mobile network: stride, depthwise 5x5, squeeze and excitation, hard swish.
Sequence mobile_block() {
  return {
      Conv{.name = "stem", .in = 3, .out = 16, .kernel = 3, .stride = 2, .padding = 1},
      BatchNorm{"bn", 16}, Activation::kHardSwish,
      Residual{
          {Conv{.name = "e", .in = 16, .out = 48}, BatchNorm{"bn_e", 48}, Activation::kHardSwish,
           Conv{.name = "d", .in = 48, .out = 48, .kernel = 5, .padding = 2, .groups = 48},
           BatchNorm{"bn_d", 48},
           ChannelGate{{Conv{.name = "s1", .in = 48, .out = 16, .bias = true}, Activation::kRelu,
                        Conv{.name = "s2", .in = 16, .out = 48, .bias = true},
                        Activation::kHardSigmoid}},
           Activation::kHardSwish, Conv{.name = "p", .in = 48, .out = 16}, BatchNorm{"bn_p", 16}},
          {}}};
}

bool has_batch_norm(const Sequence& layers) {
  for (const TensorSpec& spec : tensor_specs(layers)) {
    if (spec.key.ends_with(".running_mean")) return true;
  }
  return false;
}

const Residual& first_residual(const Sequence& layers) {
  for (const Layer& layer : layers) {
    if (const auto* residual = std::get_if<Residual>(&layer.kind)) return *residual;
  }
  throw std::logic_error("no residual");
}

void expect_same_function(const Sequence& plain, const at::Tensor& image) {
  Weights weights = draw_weights(tensor_specs(plain));
  const at::Tensor expected = forward(plain, weights, image, Mode::kEval);
  const at::Tensor cropped = forward(fold_crops(plain), weights, image, Mode::kEval);
  EXPECT_LT(relative_difference(cropped, expected), kTolerance);

  const Sequence quick = prepare_for_inference(plain, weights);
  EXPECT_FALSE(has_batch_norm(quick));
  const at::Tensor layout = image.contiguous(at::MemoryFormat::ChannelsLast);
  EXPECT_LT(relative_difference(forward(quick, weights, layout, Mode::kEval), expected),
            kTolerance);
  EXPECT_LT(relative_difference(forward(quick, weights, layout, Mode::kInference), expected),
            kTolerance);
  EXPECT_EQ(weights.size(), tensor_specs(quick).size());
}

Sequence all_stages(const Backbone& backbone) {
  Sequence layers;
  for (const Sequence& stage : backbone.stages) {
    layers.insert(layers.end(), stage.begin(), stage.end());
  }
  return layers;
}

TEST(FoldCrops, TurnsCirUnitIntoValidConvolutions) {
  const Sequence folded = fold_crops(plain_unit(32));
  ASSERT_EQ(folded.size(), 2u);
  const Residual& unit = first_residual(folded);
  EXPECT_EQ(std::get<Conv>(unit.body[3].kind).padding, 0);
  ASSERT_EQ(unit.shortcut.size(), 1u);
  EXPECT_EQ(std::get<Crop>(unit.shortcut[0].kind).margin, 1);
  expect_same_function(plain_unit(32), random_image(17, 32));
}

TEST(FoldCrops, TurnsStemIntoValidConvolutionOnCroppedImage) {
  const Sequence stem = {
      Conv{.name = "conv", .in = 3, .out = 8, .kernel = 7, .stride = 2, .padding = 3},
      BatchNorm{"bn", 8}, Activation::kRelu, Crop{2}};
  const Sequence folded = fold_crops(stem);
  EXPECT_EQ(std::get<Crop>(folded[0].kind).margin, 1);
  EXPECT_EQ(std::get<Conv>(folded[1].kind).padding, 0);
  for (const int size : {127, 128, 255}) {
    EXPECT_EQ(output_size(folded, size), output_size(stem, size));
    expect_same_function(stem, random_image(size));
  }
}

TEST(FoldCrops, KeepsPartOfThePaddingWhenTheCropIsSmaller) {
  const Sequence layers = {Conv{.name = "c", .in = 4, .out = 4, .kernel = 5, .padding = 2},
                           Crop{1}};
  const Sequence folded = fold_crops(layers);
  ASSERT_EQ(folded.size(), 1u);
  EXPECT_EQ(std::get<Conv>(folded[0].kind).padding, 1);
  expect_same_function(layers, random_image(20, 4));
}

TEST(FoldCrops, StopsAtPoolingAndAtChannelGates) {
  const Sequence pooled = {Conv{.name = "c", .in = 4, .out = 4, .kernel = 3, .padding = 1},
                           MaxPool{}, Crop{1}, Crop{2}};
  const Sequence folded = fold_crops(pooled);
  ASSERT_EQ(folded.size(), 3u);
  EXPECT_EQ(std::get<Crop>(folded[2].kind).margin, 3);
  expect_same_function(pooled, random_image(24, 4));
  const Sequence gated = {ChannelGate{{Conv{.name = "g", .in = 4, .out = 4, .bias = true}}},
                          Crop{1}};
  expect_same_function(gated, random_image(24, 4));
}

TEST(FoldBatchNorm, UsesTheEpsOfEachLayer) {
  const Sequence layers = {Conv{.name = "c", .in = 3, .out = 5, .bias = true},
                           BatchNorm{"bn", 5, 0.5}};
  expect_same_function(layers, random_image(8));
}

TEST(FoldBatchNorm, BecomesDepthwiseScaleWhereNoConvolutionPrecedes) {
  const Sequence layers = {Residual{{Conv{.name = "c", .in = 8, .out = 8}}, {}}, BatchNorm{"bn", 8},
                           Activation::kRelu, BatchNorm{"bn2", 8}};
  Weights weights = draw_weights(tensor_specs(layers));
  const Sequence folded = fold_batch_norm(layers, weights);
  const Residual& unit = first_residual(folded);
  ASSERT_EQ(unit.body.size(), 1u);
  EXPECT_EQ(std::get<Conv>(unit.shortcut.at(0).kind).groups, 8);
  EXPECT_EQ(std::get<Conv>(folded.back().kind).groups, 8);
  expect_same_function(layers, random_image(8, 8));
}

TEST(FoldBatchNorm, LeavesTheCallersTensorsAlone) {
  const Sequence layers = plain_unit(16);
  const Weights weights = draw_weights(tensor_specs(layers));
  Weights folded = weights;
  const at::Tensor before = weights.at("a.weight").clone();
  fold_batch_norm(layers, folded);
  EXPECT_TRUE(weights.at("a.weight").equal(before));
  EXPECT_FALSE(folded.contains("bn_a.running_mean"));
}

TEST(FoldBatchNorm, NamesTheMissingKey) {
  Weights weights;
  try {
    fold_batch_norm(plain_unit(16), weights);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
    EXPECT_NE(std::string(error.what()).find("bn_a.running_var"), std::string::npos);
  }
}

TEST(PrepareForInference, KeepsMobileBlocks) {
  expect_same_function(mobile_block(), random_image(64));
}

TEST(PrepareForInference, KeepsBackbones) {
  const CirResNet narrow{.name = "narrow", .stem = 16, .first_units = 2};
  for (const int size : {127, 143}) {
    expect_same_function(all_stages(ciresnet(narrow, "net.")), random_image(size));
  }
  for (const std::string& name : backbone_names()) {
    SCOPED_TRACE(name);
    expect_same_function(all_stages(make_backbone(name, "")), random_image(111));
  }
}

}  // namespace
}  // namespace siamtrack::nn
