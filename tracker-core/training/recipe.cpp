// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/recipe.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "siamtrack/error.h"
#include "training/recipe_check.h"
#include "training/recipe_fields.h"
#include "training/schedule.h"

namespace siamtrack::training {
namespace {

using nlohmann::json;

/// A section says all: what it leaves out does not happen.
void read_geometry(Fields& fields, GeometryLimits& limits) {
  limits = {};
  fields("shift", limits.shift);
  fields("scale", limits.scale);
  fields("aspect", limits.aspect);
  fields("axes", limits.axes);
}

void read_pixels(Fields& fields, PixelLimits& limits) {
  fields("brightness", limits.brightness);
  fields("contrast", limits.contrast);
  fields("channel", limits.channel);
  fields("lighting", limits.lighting);
  fields("blur", limits.blur);
  fields("erase", limits.erase);
}

void read_pairs(Fields& fields, PairOptions& pairs) {
  fields("exemplar_size", pairs.exemplar_size);
  fields("instance_size", pairs.instance_size);
  fields("shares", pairs.shares);
  fields("composed", pairs.composed);
  fields("negative", pairs.negative);
  fields("same_category", pairs.same_category);
  fields("mirrored", pairs.mirrored);
  fields("grey", pairs.grey);
  fields("frame_range", pairs.frame_range);
  fields("frame_ranges", pairs.frame_ranges);
  fields("only_outlined", pairs.only_outlined);
  fields("smallest", pairs.smallest);
  fields("near_centre", pairs.near_centre);
  fields.section("exemplar_geometry",
                 [&](Fields& f) { read_geometry(f, pairs.exemplar_geometry); });
  fields.section("search_geometry", [&](Fields& f) { read_geometry(f, pairs.search_geometry); });
  fields.section("exemplar_pixels", [&](Fields& f) { read_pixels(f, pairs.exemplar_pixels); });
  fields.section("search_pixels", [&](Fields& f) { read_pixels(f, pairs.search_pixels); });
}

void read_loss(Fields& fields, LossRecipe& loss) {
  fields("positive_radius", loss.positive_radius);
  fields("contrastive", loss.contrastive);
  fields("response_scale", loss.response_scale);
  fields("learn_response", loss.learn_response);
}

void read_distill(Fields& fields, DistillRecipe& distill) {
  fields("intermediate", distill.intermediate);
  fields("features", distill.features);
  fields("classes", distill.classes);
  fields("sides", distill.sides);
  fields("labels", distill.labels);
  fields("forced", distill.forced);
  fields("forced_until", distill.forced_until);
  fields("frozen_statistics", distill.frozen_statistics);
}

void read_student(Fields& fields, StudentRecipe& student) {
  fields("version", student.version);
  fields("width", student.width);
  fields("exemplar_size", student.exemplar_size);
  fields("instance_size", student.instance_size);
}

void read_rpn(Fields& fields, RpnRecipe& rpn) {
  fields("head", rpn.head);
  fields("fusion", rpn.fusion);
  fields("neck", rpn.neck);
  fields("ratios", rpn.anchors.ratios);
  fields("scales", rpn.anchors.scales);
  fields("positive_overlap", rpn.sampling.positive);
  fields("negative_overlap", rpn.sampling.negative);
  fields("most_positive", rpn.sampling.most_positive);
  fields("total", rpn.sampling.total);
  fields("negative_pair", rpn.sampling.negative_pair);
  fields("negative_radius", rpn.sampling.negative_radius);
  fields("mean_correlation", rpn.mean_correlation);
  fields("classification", rpn.classification);
  fields("regression", rpn.regression);
  fields("smooth", rpn.smooth);
  fields("response", rpn.response);
}

void read_mask(Fields& fields, MaskRecipe& mask) {
  fields("weight", mask.weight);
  fields("refine", mask.refine);
}

void read_margin(Fields& fields, MarginRecipe& margin) {
  fields("weight", margin.weight);
  fields("scale", margin.scale);
  fields("margin", margin.margin);
}

void read_outline(Fields& fields, OutlineRecipe& outline) {
  fields("context", outline.context);
  fields("overlap", outline.overlap);
  fields("boxes", outline.boxes);
  fields("before", outline.before);
  fields("likeness", outline.likeness);
}

void read_optimiser(Fields& fields, OptimiserRecipe& optimiser) {
  fields("kind", optimiser.kind);
  fields("momentum", optimiser.momentum);
  fields("weight_decay", optimiser.weight_decay);
  fields("clip", optimiser.clip);
  fields.section("schedule", [&](Fields& f) {
    f("kind", optimiser.schedule.kind);
    f("first", optimiser.schedule.first);
    f("last", optimiser.schedule.last);
    f("warm_up_first", optimiser.schedule.warm_up_first);
    f("warm_up_epochs", optimiser.schedule.warm_up_epochs);
  });
}

std::vector<UnfreezeStep> unfreeze_of(const std::vector<std::pair<double, int>>& rows) {
  std::vector<UnfreezeStep> steps;
  steps.reserve(rows.size());
  for (const auto& [progress, units] : rows) steps.push_back({progress, units});
  return steps;
}

}  // namespace

Recipe parse_recipe(const std::string& text, const std::string& where) {
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded()) {
    throw Error(ErrorCode::kInvalidArgument, "recipe " + where + ": expected JSON text");
  }
  Recipe recipe;
  std::vector<std::pair<double, int>> unfreeze;
  Fields fields(object, where);
  fields("name", recipe.name);
  fields("source", recipe.source);
  fields("architecture", recipe.architecture);
  fields("backbone", recipe.backbone);
  fields("input_mean", recipe.input_mean);
  fields("input_scale", recipe.input_scale);
  fields.section("pairs", [&](Fields& f) { read_pairs(f, recipe.pairs); });
  fields.section("loss", [&](Fields& f) { read_loss(f, recipe.loss); });
  fields.section("distill", [&](Fields& f) { read_distill(f, recipe.distill); });
  fields.section("student", [&](Fields& f) { read_student(f, recipe.student); });
  fields.section("rpn", [&](Fields& f) { read_rpn(f, recipe.rpn); });
  fields.section("mask", [&](Fields& f) { read_mask(f, recipe.mask); });
  fields.section("margin", [&](Fields& f) { read_margin(f, recipe.margin); });
  fields.section("outline", [&](Fields& f) { read_outline(f, recipe.outline); });
  fields.section("optimiser", [&](Fields& f) { read_optimiser(f, recipe.optimiser); });
  fields("unfreeze", unfreeze);
  fields("backbone_rate", recipe.backbone_rate);
  fields("epochs", recipe.epochs);
  fields("pairs_per_epoch", recipe.pairs_per_epoch);
  fields("batch", recipe.batch);
  fields("micro_batch", recipe.micro_batch);
  fields("average", recipe.average);
  fields("bf16", recipe.bf16);
  fields("seed", recipe.seed);
  fields.finish();
  recipe.unfreeze = unfreeze_of(unfreeze);
  recipe.pairs.search_context = recipe.outline.context;
  recipe.pairs.masks = recipe.architecture.starts_with("siammask") || recipe.outline.context > 0;
  check_recipe(recipe, fields);
  return recipe;
}

Recipe read_recipe(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw Error(ErrorCode::kIo, "recipe " + path + ": cannot be opened");
  return parse_recipe({std::istreambuf_iterator<char>(in), {}}, path);
}

double learning_rate(const Recipe& recipe, std::int64_t step) {
  const ScheduleRecipe& schedule = recipe.optimiser.schedule;
  const double progress = static_cast<double>(step) / static_cast<double>(recipe.steps());
  if (schedule.kind == "cosine") {
    return cosine(schedule.first, progress,
                  static_cast<double>(schedule.warm_up_epochs) / recipe.epochs);
  }
  const auto epoch =
      std::min<std::size_t>(recipe.epochs - 1, static_cast<std::size_t>(progress * recipe.epochs));
  const std::vector<double> rates =
      schedule.kind == "log" ? log_space(schedule.first, schedule.last, recipe.epochs)
                             : warm_up_log_space(schedule.warm_up_first, schedule.warm_up_epochs,
                                                 schedule.first, schedule.last, recipe.epochs);
  return rates[epoch];
}

}  // namespace siamtrack::training
