// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/heads/outline.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "hash_weights.h"
#include "nn/rewrite.h"
#include "siamtrack/error.h"
#include "systems/network_figures.h"
#include "systems/system.h"
#include "track/update_state.h"

namespace siamtrack {
namespace {

using nlohmann::json;

json metadata(json values = json::object()) {
  return {{"architecture", "nanotrack"},
          {"backbone", "mobilenetv3-v3"},
          {"version", "v3"},
          {"outline", true},
          {"hyper_parameters", std::move(values)}};
}

std::unique_ptr<const System> outlining(json values = json::object()) {
  const json data = metadata(std::move(values));
  return make_system(data, testing::hash_weights(network_figures(data).tensors), "", json());
}

/// Multiplications of a convolution: cells * out * in * kernel.
std::int64_t conv(std::int64_t side, std::int64_t out, std::int64_t in, std::int64_t kernel) {
  return side * side * out * in * kernel * kernel;
}

TEST(OutlineNetwork, CountsItsMultiplications) {
  const nn::OutlineNetwork network = nn::outline_blueprint();
  const std::int64_t coarse = conv(16, 96, 96, 1) + conv(16, 64, 96, 1) + conv(16, 64, 64, 3) +
                              conv(16, 64, 161, 1) + 4 * conv(16, 64, 64, 3);
  const auto step = [](int side, int features, int beside, int known, int out) {
    return conv(side, beside, features, 1) + conv(side, out, known + beside, 3) +
           2 * conv(side, out, out, 3);
  };
  EXPECT_EQ(nn::outline_macs(network, 255),
            nn::macs(network.backbone, 255) + coarse + step(32, 24, 32, 64, 48) +
                step(64, 16, 16, 48, 32) + step(128, 16, 8, 32, 16) + conv(128, 1, 16, 3));
  EXPECT_EQ(nn::output_sizes(network.backbone, 255).front(), 128);
  EXPECT_EQ(nn::output_sizes(network.backbone, 383).front(), 192);
}

TEST(OutlineNetwork, AllItsKeysAreItsOwn) {
  const nn::OutlineNetwork network = nn::outline_blueprint();
  for (const nn::Sequence* part : nn::parts(network)) {
    for (const nn::TensorSpec& spec : nn::tensor_specs(*part)) {
      EXPECT_TRUE(spec.key.starts_with("outline.")) << spec.key;
    }
  }
}

TEST(BoxMaps, CoverTheBoxInTheMiddle) {
  const at::Tensor maps = nn::box_maps({96, 20}, {64, 130}, 255);
  ASSERT_EQ(maps.sizes(), (std::vector<std::int64_t>{2, 1, 16, 16}));
  EXPECT_NEAR(maps[0].sum().item<double>() * 256, 96 * 64, 1e-2);
  EXPECT_NEAR(maps[1].sum().item<double>() * 256, 20 * 130, 1e-2);
  EXPECT_EQ(maps[0][0][8][8].item<double>(), 1);
  EXPECT_EQ(maps[0][0][0][8].item<double>(), 0);
  // 96 px about 127.5: from 79.5 on. Cell 5 is about the pixel 80 and covers [72.5, 88.5).
  EXPECT_NEAR(maps[0][0][8][5].item<double>(), 9.0 / 16, 1e-6);
}

TEST(OutlineMaps, AreMeansAboutTheCells) {
  const at::Tensor fine = at::zeros({1, 1, 255, 255});
  fine[0][0].slice(0, 8, 24).slice(1, 24, 40).fill_(1);  // what cell (1, 2) covers
  at::Tensor expected = at::zeros({1, 1, 16, 16});
  expected[0][0][1][2] = 1;
  EXPECT_TRUE(at::allclose(nn::outline_maps(fine, 1), expected));
  const at::Tensor coarse = at::zeros({1, 1, 128, 128});
  coarse[0][0].slice(0, 4, 12).slice(1, 12, 20).fill_(1);
  EXPECT_TRUE(at::allclose(nn::outline_maps(coarse, 2), expected));
}

TEST(OutlineNetwork, ItsFastFormIsTheSameFunctionForABatchAndForOne) {
  const c10::InferenceMode no_autograd;
  nn::OutlineNetwork network = nn::outline_blueprint();
  nn::Weights weights = testing::hash_weights(nn::tensor_specs(nn::parts(std::as_const(network))));
  const at::Tensor z = testing::hash_image("z", 64).view({2, 96, 8, 8}) / 255;
  const at::Tensor x = at::cat({testing::hash_image("a", 255), testing::hash_image("b", 255)});
  const at::Tensor boxes = nn::box_maps({96, 50}, {64, 80}, 255);
  const auto run = [&](const at::Tensor& kernel, const at::Tensor& patches, const at::Tensor& maps,
                       nn::Mode mode) {
    return nn::outline_logits(network, weights, nn::outline_kernel(network, weights, kernel, mode),
                              patches, maps, mode);
  };
  const at::Tensor expected = run(z, x, boxes, nn::Mode::kEval);
  ASSERT_EQ(expected.sizes(), (std::vector<std::int64_t>{2, 1, 128, 128}));
  for (nn::Sequence* part : nn::parts(network)) *part = nn::prepare_for_inference(*part, weights);
  const double scale = expected.abs().max().item<double>();
  for (std::int64_t i = 0; i < 2; ++i) {
    const auto one = [&](const at::Tensor& all) { return all.narrow(0, i, 1); };
    const at::Tensor found = run(one(z), one(x), one(boxes), nn::Mode::kInference);
    EXPECT_LT((found - one(expected)).abs().max().item<double>(), 1e-3 * scale) << i;
  }
}

TEST(OutliningNanoTrack, LooksAtAFinerPatchAboutTheBox) {
  const auto system = outlining({{"outline_size", 319}, {"outline_context", 223}});
  const TrackState state = initial_state({100, 80, 40, 40}, {});  // context square of 80 px
  const auto plan = system->outline_plan(state);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->patch_side, 319);
  EXPECT_NEAR(plan->scale, 223.0 / 80, 1e-9);
  EXPECT_EQ(plan->windows.front().size, 114);  // 319 / scale
  EXPECT_EQ(plan->windows.front().x, 120 - 57);
}

TEST(OutliningNanoTrack, KeepsTheOutlineOfASureTarget) {
  const c10::InferenceMode no_autograd;
  const auto system = outlining({{"outline_threshold", 0.01}});
  TrackState state = initial_state({100, 80, 40, 40}, {});
  const auto plan = *system->outline_plan(state);
  const Template exemplar = system->embed(testing::hash_image("z", 127));
  const Template* const one = &exemplar;
  EXPECT_FALSE(exemplar.back().any().item<bool>());
  const auto seen = [&] {
    return system
        ->outline(testing::hash_image("x", 255), {&one, 1}, {&state, 1}, {&plan, 1}, {320, 240})
        .front();
  };
  const Outlined found = seen();
  ASSERT_TRUE(found.outline);
  const bool agrees = agree(Box{100, 80, 40, 40}, found.outline->box);
  EXPECT_EQ(found.exemplar.back().any().item<bool>(), agrees);
  state.status = TrackStatus::kUncertain;
  EXPECT_FALSE(seen().exemplar.back().any().item<bool>());
}

TEST(OutliningNanoTrack, TracksAsTheOneThatDoesNotOutline) {
  const c10::InferenceMode no_autograd;
  json plain = metadata();
  plain.erase("outline");
  const auto weights = testing::hash_weights(network_figures(metadata()).tensors);
  nn::Weights without;
  for (const auto& [key, tensor] : weights) {
    if (!key.starts_with("outline.")) without[key] = tensor;
  }
  const auto a = make_system(metadata(), weights, "", json());
  const auto b = make_system(plain, without, "", json());
  EXPECT_FALSE(b->outline_plan({}));
  const Template with = a->embed(testing::hash_image("z", 127));
  const Template plainly = b->embed(testing::hash_image("z", 127));
  EXPECT_EQ(with.size(), plainly.size() + 2) << "a kernel and the outline of the frame before";
  const Template* const first = &with;
  const Template* const second = &plainly;
  const at::Tensor x = testing::hash_image("x", 255);
  EXPECT_TRUE(at::equal(a->respond(x, {&first, 1}).front().front(),
                        b->respond(x, {&second, 1}).front().front()));
}

TEST(OutliningNanoTrack, DoesWithoutWhenTold) {
  const c10::InferenceMode no_autograd;
  const auto weights = testing::hash_weights(network_figures(metadata()).tensors);
  const json off = metadata({{"outline", false}, {"outline_share", 0.5}});
  const auto system = make_system(off, weights, "", json());
  EXPECT_FALSE(system->outline_plan({}));
  EXPECT_EQ(system->outline_share(), 0);
  EXPECT_LT(network_figures(off).macs, network_figures(metadata()).macs);
}

TEST(OutliningNanoTrack, RefusesWhatCannotBe) {
  EXPECT_THROW(outlining({{"outline_size", 256}}), Error);
  EXPECT_THROW(outlining({{"outline_context", 300}}), Error) << "larger than the patch";
  EXPECT_THROW(outlining({{"outline_threshold", 1}}), Error);
  EXPECT_THROW(outlining({{"outline_share", 2}}), Error);
  EXPECT_THROW(outlining({{"exemplar_size", 95}}), Error);
  json text = metadata();
  text["outline"] = "yes";
  EXPECT_THROW(network_figures(text), Error);
  json old = metadata();
  old["version"] = "v2";
  EXPECT_THROW(network_figures(old), Error);
  json unused = metadata({{"outline_share", 0.5}});
  unused.erase("outline");
  EXPECT_THROW(make_system(unused, testing::hash_weights(network_figures(unused).tensors), "", {}),
               Error)
      << "a hyper-parameter that nothing asks for";
}

}  // namespace
}  // namespace siamtrack
