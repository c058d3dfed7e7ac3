// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/recipe_check.h"

#include <set>
#include <sstream>

namespace siamtrack::training {
namespace {

constexpr double kSmallest = 1e-12;  // of numbers that must be above zero

class Check {
 public:
  explicit Check(const Fields& fields) : fields_(fields) {}

  void one_of(const std::string& key, const std::string& value,
              const std::set<std::string>& known) const {
    if (known.contains(value)) return;
    std::string list;
    for (const std::string& name : known) list += " " + name;
    fields_.fail(key + ": expected one of" + list + ", found \"" + value + "\"");
  }

  void at_least(const std::string& key, double value, double least) const {
    if (!(value >= least)) fail(key, "at least " + text_of(least), value);
  }

  void at_most(const std::string& key, double value, double most) const {
    if (!(value <= most)) fail(key, "at most " + text_of(most), value);
  }

  void fraction(const std::string& key, double value) const {
    if (!(value >= 0 && value <= 1)) fail(key, "0 .. 1", value);
  }

  /// Or 0.
  void divisor(const std::string& key, int value, int whole) const {
    const bool divides = value == 0 || (value > 0 && whole % value == 0);
    if (!divides) fail(key, "a divisor of " + std::to_string(whole), value);
  }

  void below_one(const std::string& key, double value) const {
    if (!(value >= 0 && value < 1)) fail(key, "0 or more and less than 1", value);
  }

 private:
  static std::string text_of(double value) {
    std::ostringstream text;
    text << value;
    return text.str();
  }

  [[noreturn]] void fail(const std::string& key, const std::string& expected, double found) const {
    fields_.fail(key + ": expected " + expected + ", found " + text_of(found));
  }

  const Fields& fields_;
};

/// Steps of a patch are 1 +- these fractions, under a root: none may get to zero.
void check_geometry(const std::string& key, const GeometryLimits& limits, const Check& check) {
  check.at_least(key + " shift", limits.shift, 0);
  check.below_one(key + " scale", limits.scale);
  check.below_one(key + " aspect", limits.aspect);
  check.below_one(key + " axes", limits.axes);
}

void check_pixels(const std::string& key, const PixelLimits& limits, const Check& check) {
  check.fraction(key + " blur", limits.blur);
  check.fraction(key + " erase", limits.erase);
}

void check_pairs(const PairOptions& pairs, const Check& check) {
  check.at_least("exemplar_size", pairs.exemplar_size, 1);
  check.at_least("instance_size", pairs.instance_size, pairs.context_in_search());
  for (const auto& [set, share] : pairs.shares) check.at_least("shares " + set, share, 0);
  check.fraction("composed", pairs.composed);
  check.fraction("negative", pairs.negative);
  check.fraction("same_category", pairs.same_category);
  check.fraction("mirrored", pairs.mirrored);
  check.fraction("grey", pairs.grey);
  check.fraction("near_centre", pairs.near_centre);
  check.at_least("frame_range", pairs.frame_range, 0);
  for (const auto& [set, range] : pairs.frame_ranges) {
    check.at_least("frame_ranges " + set, range, 0);
  }
  check_geometry("exemplar_geometry", pairs.exemplar_geometry, check);
  check_geometry("search_geometry", pairs.search_geometry, check);
  check_pixels("exemplar_pixels", pairs.exemplar_pixels, check);
  check_pixels("search_pixels", pairs.search_pixels, check);
}

void check_schedule(const ScheduleRecipe& schedule, int epochs, const Check& check) {
  const std::set<std::string> kinds{"log", "warm-up-log", "cosine"};
  check.one_of("schedule kind", schedule.kind, kinds);
  check.at_least("schedule first", schedule.first, kSmallest);
  if (schedule.kind != "cosine") check.at_least("schedule last", schedule.last, kSmallest);
  check.at_least("warm_up_epochs", schedule.warm_up_epochs, 0);
  check.at_most("warm_up_epochs", schedule.warm_up_epochs, epochs - 1);
  if (schedule.kind == "warm-up-log" && schedule.warm_up_epochs > 0) {
    check.at_least("warm_up_first", schedule.warm_up_first, kSmallest);
  }
}

void check_optimiser(const OptimiserRecipe& optimiser, const Check& check) {
  check.one_of("optimiser kind", optimiser.kind, {"sgd", "adamw"});
  check.below_one("momentum", optimiser.momentum);
  check.at_least("weight_decay", optimiser.weight_decay, 0);
  check.at_least("clip", optimiser.clip, 0);
}

void check_rpn(const RpnRecipe& rpn, const Check& check) {
  check.one_of("rpn head", rpn.head, {"thinner", "thicker"});
  check.one_of("rpn fusion", rpn.fusion, {"weighted", "mean"});
  check.at_least("rpn ratios and scales",
                 static_cast<double>(rpn.anchors.ratios.size() * rpn.anchors.scales.size()), 1);
  check.at_least("rpn total", rpn.sampling.total, rpn.sampling.most_positive);
}

}  // namespace

void check_recipe(const Recipe& recipe, const Fields& fields) {
  const Check check(fields);
  check.at_least("epochs", recipe.epochs, 1);
  check.at_least("batch", recipe.batch, 1);
  check.divisor("micro_batch", recipe.micro_batch, recipe.batch);
  check.at_least("pairs_per_epoch", static_cast<double>(recipe.pairs_per_epoch), recipe.batch);
  check_pairs(recipe.pairs, check);
  check.at_least("input_scale", recipe.input_scale, kSmallest);
  check_optimiser(recipe.optimiser, check);
  check_schedule(recipe.optimiser.schedule, recipe.epochs, check);
  check_rpn(recipe.rpn, check);
  check.at_least("backbone_rate", recipe.backbone_rate, 0);
  check.at_least("response_scale", recipe.loss.response_scale, kSmallest);
  check.fraction("average", recipe.average);
  check.fraction("outline before", recipe.outline.before);
  for (const UnfreezeStep& step : recipe.unfreeze) {
    check.fraction("unfreeze", step.progress);
    check.at_least("unfreeze units", step.units, 0);
  }
}

}  // namespace siamtrack::training
