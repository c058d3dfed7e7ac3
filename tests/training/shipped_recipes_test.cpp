// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "golden_map.h"
#include "made_teacher.h"
#include "systems/network_figures.h"
#include "training/distill_task.h"
#include "training/margin_task.h"
#include "training/mask_task.h"
#include "training/outline_task.h"
#include "training/siamfc_task.h"
#include "training/student_task.h"

/// Every recipe that ships is read and made into the task that trains it.
namespace siamtrack::training {
namespace {

using siamtrack::testing::made_teacher;
using siamtrack::testing::shapes_of;

/// As `siamtrack train` does.
std::unique_ptr<Task> task_of(const Recipe& recipe) {
  const std::string& name = recipe.architecture;
  if (name == "siamfc" || name == "siamfc+") return std::make_unique<SiamFcTask>(recipe);
  if (name == "siammargin") return std::make_unique<MarginTask>(recipe);
  if (name.starts_with("siammask")) return std::make_unique<MaskTask>(recipe);
  if (name != "nanotrack") return std::make_unique<RpnTask>(recipe);
  if (recipe.outline.context > 0) {
    return std::make_unique<OutlineTask>(recipe, made_teacher().metadata);
  }
  if (recipe.student == StudentRecipe{}) {
    return std::make_unique<DistillTask>(recipe, made_teacher());
  }
  return std::make_unique<StudentTask>(recipe, made_teacher());
}

/// Where the tracker is published the numbers are those of its checkpoints.
struct Shipped {
  std::string file;         ///< without ".json"
  std::int64_t parameters;  ///< of the network
  std::int64_t trained;     ///< of them, in the first step
};

void PrintTo(const Shipped& row, std::ostream* out) { *out << row.file; }

const std::vector<Shipped>& shipped() {
  static const std::vector<Shipped> table = {
      {"dasiamrpn", 22632932, 21096740},
      {"nanotrack-distilled", 541446, 541446},
      {"nanotrack-outline", 1170183, 628737},
      {"nanotrack-outline-boxes", 1170183, 628737},
      {"nanotrack-small", 88822, 88822},
      {"nanotrack-small-v3", 518654, 518654},
      {"nanotrack-tuned", 541446, 541446},
      {"nanotrack-long", 541446, 541446},
      {"siamfc", 2336320, 2336320},
      {"siamfc+-ciresnet22", 1444928, 280064},
      {"siamfc+-ciresnet22-unfrozen", 1444928, 1444928},
      {"siamfc+-ciresnet22h-small-pool", 366112, 366114},  // and the response's scale and bias
      {"siammargin", 11961438, 3418142},
      {"siammask++-base", 60750886, 15222758},
      {"siammask++-refined", 90149803, 36199179},
      {"siammask-base", 18816735, 5030559},
      {"siammask-refined", 21482052, 4932070},
      {"siamrpn", 22632932, 21096740},
      {"siamrpn++-alex", 6251102, 2501150},
      {"siamrpn++-mobilenetv2", 11150446, 7665242},
      {"siamrpn++-r50", 53950624, 8422496},
      {"siamrpn+-ciresnet22", 33302756, 32137892},
      {"siamrpn+-ciresnet22-small-pool", 33302756, 33302756},
  };
  return table;
}

TEST(ShippedRecipes, AreAllInTheTable) {
  std::set<std::string> files, rows;
  for (const auto& entry : std::filesystem::directory_iterator(SIAMTRACK_RECIPES)) {
    files.insert(entry.path().stem());
  }
  for (const Shipped& row : shipped()) rows.insert(row.file);
  EXPECT_EQ(files, rows);
}

class ShippedRecipe : public ::testing::TestWithParam<Shipped> {};

TEST_P(ShippedRecipe, TrainsTheNetworkThatItsModelWillHave) {
  const Recipe recipe =
      read_recipe(std::string(SIAMTRACK_RECIPES) + "/" + GetParam().file + ".json");
  const std::unique_ptr<Task> task = task_of(recipe);
  const nn::Weights weights = task->initial_weights(1);
  std::int64_t trained = 0;
  for (const auto& [key, tensor] : weights) {
    const bool statistics = key.ends_with("running_mean") || key.ends_with("running_var");
    if (!statistics && task->rate_factor(key, 0) > 0) trained += tensor.numel();
    EXPECT_TRUE(tensor.isfinite().all().item<bool>()) << key;
  }
  EXPECT_EQ(trained, GetParam().trained);

  const nlohmann::json metadata = task->metadata(weights);
  EXPECT_EQ(metadata.at("architecture"), recipe.architecture);
  const std::vector<nn::TensorSpec> expected = network_figures(metadata).tensors;
  EXPECT_EQ(nn::parameter_count(expected), GetParam().parameters);
  std::vector<nn::TensorSpec> found;
  for (const auto& [key, tensor] : task->export_weights(weights)) {
    found.push_back({key, tensor.sizes().vec()});
  }
  EXPECT_EQ(shapes_of(found), shapes_of(expected));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedRecipe, ::testing::ValuesIn(shipped()));

}  // namespace
}  // namespace siamtrack::training
