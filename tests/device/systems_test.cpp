// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "nn/drawn_weights.h"
#include "nn/safetensors.h"
#include "pretend_device.h"
#include "relative_difference.h"
#include "siamtrack/model.h"
#include "systems/configurations.h"
#include "systems/network_figures.h"
#include "systems/system.h"
#include "track/update_state.h"

/// Every tracker on a device that is not the CPU: the way that its tensors take on a GPU.
namespace siamtrack {
namespace {

using siamtrack::testing::fetched_values;
using siamtrack::testing::kPretendDevice;

constexpr Size kFrame{1920, 1080};
constexpr Box kTarget{900, 500, 120, 100};
constexpr double kRounding = 2e-3;  // the CPU has kernels of its own for inference

/// What two targets of one network get in one frame.
struct Pass {
  std::vector<std::vector<at::Tensor>> responses;
  std::vector<Candidate> candidates;
  std::vector<Outlined> outlines;
  long fetched = 0;  ///< times the host waited for the device between the patches and the responses
};

at::Tensor drawn_patches(std::int64_t count, int side, const at::Device& device) {
  return at::rand({count, side, side, 3}).mul_(255).permute({0, 3, 1, 2}).to(device);
}

Pass run(const nlohmann::json& metadata, nn::Weights weights, const at::Device& device) {
  const c10::InferenceMode no_autograd;
  for (auto& [key, tensor] : weights) tensor = tensor.to(device);
  const auto system = make_system(metadata, std::move(weights), "", {});
  at::manual_seed(1);
  const TrackState state = initial_state(kTarget, {});
  const SearchPlan plan = system->plan(state, kFrame);
  std::vector<Template> templates;
  for (int i = 0; i < 2; ++i) {
    templates.push_back(system->embed(drawn_patches(1, system->exemplar_size(), device)));
  }
  const Template* const pointers[] = {&templates[0], &templates[1]};
  const auto windows = 2 * static_cast<std::int64_t>(plan.windows.size());
  const at::Tensor patches = drawn_patches(windows, plan.patch_side, device);

  Pass pass;
  const long before = fetched_values();
  pass.responses = system->respond(patches, pointers);
  pass.fetched = fetched_values() - before;
  for (std::size_t i = 0; i < 2; ++i) {
    pass.candidates.push_back(system->decode(pass.responses[i], state, plan, kFrame));
    templates[i] = system->renew(templates[i], pass.responses[i], pass.candidates[i], plan);
  }
  if (const auto closer = system->outline_plan(state)) {
    const std::vector<TrackState> states(2, state);
    const std::vector<SearchPlan> plans(2, *closer);
    for (int frame = 0; frame < 2; ++frame) {  // the second is told the outline of the first
      pass.outlines = system->outline(drawn_patches(2, closer->patch_side, device), pointers,
                                      states, plans, kFrame);
      for (std::size_t i = 0; i < 2; ++i) templates[i] = pass.outlines[i].exemplar;
    }
  }
  return pass;
}

void expect_same(const Pass& found, const Pass& expected) {
  ASSERT_EQ(found.responses.size(), expected.responses.size());
  for (std::size_t i = 0; i < found.responses.size(); ++i) {
    ASSERT_EQ(found.responses[i].size(), expected.responses[i].size());
    for (std::size_t j = 0; j < found.responses[i].size(); ++j) {
      EXPECT_LT(
          testing::relative_difference(found.responses[i][j].cpu(), expected.responses[i][j].cpu()),
          kRounding)
          << "target " << i << ", response " << j;
    }
  }
}

/// One of each kind of network, the smallest that there is; NanoTracks ship with weights.
std::vector<Configuration> one_of_each() {
  const std::set<std::string> names{"siamfc/alexnet",
                                    "siamfc+/ciresnet16h",
                                    "siamrpn/alexnet-rpn",
                                    "dasiamrpn/alexnet-rpn-big",
                                    "siamrpn+/ciresnet16",
                                    "siamrpn++/mobilenetv2",
                                    "siammask/resnet50-layer3",
                                    "siammask++/resnet50-all",
                                    "siammargin/resnet50-layer3-torchvision"};
  std::vector<Configuration> chosen;
  for (const Configuration& one : configurations()) {
    if (names.contains(one.name)) chosen.push_back(one);
  }
  EXPECT_EQ(chosen.size(), names.size());
  return chosen;
}

class EverySystem : public ::testing::TestWithParam<Configuration> {};

TEST_P(EverySystem, AnswersOnADeviceAsOnTheCpu) {
  const nlohmann::json& metadata = GetParam().metadata;
  const nn::Weights weights = nn::draw_weights(network_figures(metadata).tensors);
  const Pass found = run(metadata, weights, kPretendDevice);
  expect_same(found, run(metadata, weights, at::kCPU));
  EXPECT_LE(found.fetched, 2) << "each stalls a GPU";
}

INSTANTIATE_TEST_SUITE_P(Configurations, EverySystem, ::testing::ValuesIn(one_of_each()),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](unsigned char c) { return !std::isalnum(c); }, '_');
                           return std::to_string(info.index) + "_" + name;
                         });

class ShippedModel : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedModel, AnswersAndOutlinesOnADeviceAsOnTheCpu) {
  const nn::ModelFile file = nn::read_model_file(find_model(GetParam()));
  const Pass found = run(file.metadata, file.weights, kPretendDevice);
  const Pass expected = run(file.metadata, file.weights, at::kCPU);
  expect_same(found, expected);
  ASSERT_EQ(found.outlines.size(), expected.outlines.size());
  EXPECT_EQ(found.outlines.empty(), GetParam() == "fast");
  for (std::size_t i = 0; i < found.outlines.size(); ++i) {
    ASSERT_EQ(found.outlines[i].outline.has_value(), expected.outlines[i].outline.has_value());
    const at::Tensor& place = found.outlines[i].exemplar.back();
    const at::Tensor apart = place.cpu() - expected.outlines[i].exemplar.back();
    EXPECT_LT(apart.abs().max().item<double>(), 0.1);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, ShippedModel, ::testing::Values("default", "accurate", "fast"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace siamtrack
