// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/check_weights.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "nn/backbones/backbones.h"
#include "nn/drawn_weights.h"
#include "siamtrack/error.h"

namespace siamtrack::nn {
namespace {

const std::vector<TensorSpec> kExpected = {
    {"a.weight", {4, 3, 1, 1}}, {"a.bias", {4}}, {"b.weight", {2}}};

/// The text of the error; empty when there is none.
std::string complaint(const Weights& weights, const std::vector<TensorSpec>& expected,
                      const std::string& unused = "") {
  try {
    check_weights(weights, expected, unused);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
    return error.what();
  }
}

TEST(CheckWeights, AcceptsExactlyTheExpected) {
  EXPECT_EQ(complaint(draw_weights(kExpected), kExpected), "");
}

TEST(CheckWeights, NamesWhatIsMissingMisshapenAndUnexpected) {
  Weights weights = draw_weights(kExpected);
  weights.erase("a.bias");
  weights["a.weight"] = at::zeros({4, 3, 3, 3});
  weights["c.weight"] = at::zeros({7, 1});
  EXPECT_EQ(complaint(weights, kExpected),
            "network weights; a.weight: expected [4, 3, 1, 1], found [4, 3, 3, 3]; "
            "a.bias: expected [4], found none; c.weight: expected none, found [7, 1]");
}

TEST(CheckWeights, IgnoresWhatIsKnownToBeUnused) {
  Weights weights = draw_weights(kExpected);
  weights["neck.weight"] = at::zeros({1});
  EXPECT_EQ(complaint(weights, kExpected, "neck."), "");
  EXPECT_NE(complaint(weights, kExpected), "");
}

TEST(CheckWeights, CountsWhatItDoesNotList) {
  const std::vector<TensorSpec> specs = tensor_specs(make_backbone("ciresnet22", ""));
  const std::string text = complaint({}, specs);
  EXPECT_NE(text.find("conv1.weight: expected [64, 3, 7, 7], found none"), std::string::npos);
  EXPECT_NE(text.find("and " + std::to_string(specs.size() - 5) + " more"), std::string::npos);
}

TEST(CheckWeights, TellsADeeperNetworkFromAShallowerOne) {
  const Weights deeper = draw_weights(tensor_specs(make_backbone("ciresnet22", "")));
  const std::string text = complaint(deeper, tensor_specs(make_backbone("ciresnet19", "")));
  EXPECT_NE(text.find("layer1.2.bn1.bias: expected none, found [64]"), std::string::npos) << text;
}

}  // namespace
}  // namespace siamtrack::nn
