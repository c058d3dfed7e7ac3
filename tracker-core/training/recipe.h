// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/pair_source.h"
#include "training/system_recipes.h"
#include "training/trainable_backbone.h"

namespace siamtrack::training {

/// Step size over the run.
struct ScheduleRecipe {
  std::string kind = "log";  ///< "log", "warm-up-log" (both per epoch) or "cosine" (per step)
  double first = 1e-2;       ///< start of the main part; peak of the cosine
  double last = 1e-5;        ///< end; not for the cosine, which ends at zero
  double warm_up_first = 0;  ///< "warm-up-log": first step size
  int warm_up_epochs = 0;
};

struct OptimiserRecipe {
  std::string kind = "sgd";  ///< "sgd" or "adamw"
  double momentum = 0.9;     ///< sgd
  double weight_decay = 5e-4;
  double clip = 0;  ///< largest gradient norm; 0: any
  ScheduleRecipe schedule;
};

/// One way to train one network; a JSON file.
struct Recipe {
  std::string name;
  std::string source;        ///< paper or code the numbers are from
  std::string architecture;  ///< as in model files
  std::string backbone;
  double input_mean = 0;  ///< inputs are (pixel - mean) / scale
  double input_scale = 1;
  PairOptions pairs;
  LossRecipe loss;
  DistillRecipe distill;
  StudentRecipe student;
  RpnRecipe rpn;
  MaskRecipe mask;
  MarginRecipe margin;
  OutlineRecipe outline;
  OptimiserRecipe optimiser;
  std::vector<UnfreezeStep> unfreeze;  ///< empty: everything is trained from the start
  double backbone_rate = 1;            ///< factor on the step size of the backbone
  int epochs = 50;
  std::int64_t pairs_per_epoch = 53'200;
  int batch = 8;
  int micro_batch = 0;  ///< pairs that go through the network at once; 0: the whole batch
  double average = 0;   ///< decay per step of the averaged weights; 0: no average
  bool bf16 = false;    ///< convolutions in bfloat16
  std::uint64_t seed = 1;

  std::int64_t steps() const { return epochs * pairs_per_epoch / batch; }
  int pairs_at_once() const { return micro_batch > 0 ? micro_batch : batch; }
  int micro_batches() const { return batch / pairs_at_once(); }
};

/// Reads a recipe.
/// Throws  Error(kInvalidArgument) naming file and key: unknown, of another type, out of range
Recipe read_recipe(const std::string& path);

/// The recipe in a JSON text; `where` stands for it in errors.
Recipe parse_recipe(const std::string& text, const std::string& where);

/// Step size of one step.
double learning_rate(const Recipe& recipe, std::int64_t step);

}  // namespace siamtrack::training
