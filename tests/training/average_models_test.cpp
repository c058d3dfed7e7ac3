// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/average_models.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "siamtrack/error.h"

namespace siamtrack::training {
namespace {

NamedModel model(const std::string& name, float value, const std::string& recipe) {
  NamedModel made{name, {}};
  made.file.metadata = {{"architecture", "nanotrack"},
                        {"width", 1.5},
                        {"hyper_parameters", {{"looks", name == "a" ? 2 : 3}}},
                        {"training", {{"recipe", recipe}}}};
  made.file.weights["k.weight"] = at::full({2, 3}, value);
  return made;
}

std::string refusal(const std::vector<NamedModel>& models) {
  try {
    average_models(models);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    return error.what();
  }
  return "accepted";
}

TEST(AverageModels, IsTheMeanAndSaysOfWhat) {
  const nn::ModelFile mean =
      average_models({model("a", 1, "first"), model("b", 2, "second"), model("c", 6, "third")});
  EXPECT_TRUE(at::equal(mean.weights.at("k.weight"), at::full({2, 3}, 3.F)));
  EXPECT_EQ(mean.metadata.at("hyper_parameters").at("looks"), 2) << "the first model's";
  EXPECT_EQ(mean.metadata.at("training").at("mean_of").at(2).at("recipe"), "third");
}

TEST(AverageModels, NamesWhatDiffers) {
  EXPECT_EQ(refusal({model("a", 1, "r")}), "mean of models: expected at least 2, found 1");
  NamedModel other = model("b", 1, "r");
  other.file.metadata["width"] = 1;
  EXPECT_EQ(refusal({model("a", 1, "r"), other}),
            "mean of models: b: width: expected 1.5, found 1");
  other = model("b", 1, "r");
  other.file.metadata["channel_order"] = "rgb";
  EXPECT_EQ(refusal({model("a", 1, "r"), other}),
            "mean of models: b: channel_order: expected \"bgr\", found \"rgb\"");
  other.file.metadata["channel_order"] = "bgr";  // what a file means that does not say it
  EXPECT_EQ(refusal({model("a", 1, "r"), other}), "accepted");
  other = model("b", 1, "r");
  other.file.weights["k.weight"] = at::zeros({2, 4});
  EXPECT_EQ(refusal({model("a", 1, "r"), other}),
            "mean of models: b: k.weight: expected [2, 3], found [2, 4]");
  other = model("b", 1, "r");
  other.file.weights["more"] = at::zeros({5});
  EXPECT_EQ(refusal({model("a", 1, "r"), other}),
            "mean of models: b: more: expected none, found [5]");
  other.file.weights.clear();
  EXPECT_EQ(refusal({model("a", 1, "r"), other}),
            "mean of models: b: k.weight: expected [2, 3], found none");
}

}  // namespace
}  // namespace siamtrack::training
