// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/student_task.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "training/distill_loss.h"
#include "training/mixed_precision.h"
#include "training/template_size.h"

namespace siamtrack::training {
namespace {

constexpr int kStride = Teacher::kStride;
constexpr double kShareFloor = 0.03;  // of the unexplained share: below, it hardly counts
constexpr double kLeastDistance = 1;  // px: boxes of the teacher may end before a cell

nn::NanoTrackShape shape_of(const StudentRecipe& student) {
  constexpr ErrorCode kCode = ErrorCode::kInvalidArgument;
  return {.version = nn::nanotrack_version(student.version, kCode),
          .width = nn::nanotrack_width(student.width, kCode),
          .template_side = nn::nanotrack_template_side(student.exemplar_size, kCode)};
}

/// Both networks look at the same place: their patches differ in scale only.
void check_sizes(const char* what, int exemplar_size, int instance_size) {
  constexpr double kTolerance = 0.01;  // 95 : 191 and 191 : 383 are 127 : 255 but for rounding
  constexpr double kTaught = static_cast<double>(Teacher::kInstanceSize) / Teacher::kExemplarSize;
  const double found = static_cast<double>(instance_size) / exemplar_size;
  if (std::abs(found / kTaught - 1) <= kTolerance) return;
  throw Error(ErrorCode::kInvalidArgument,
              std::string(what) + ": expected exemplar_size to instance_size as the teacher's " +
                  std::to_string(Teacher::kExemplarSize) + " to " +
                  std::to_string(Teacher::kInstanceSize) + ", found " +
                  std::to_string(exemplar_size) + " to " + std::to_string(instance_size));
}

/// Positions of a map's columns and rows relative to the patch's middle, px (spec section 11.1).
std::pair<at::Tensor, at::Tensor> positions(const at::Tensor& map) {
  const std::int64_t cells = map.size(3);
  const at::Tensor line = (at::arange(cells, map.options()) - cells / 2) * kStride;
  return {line.reshape({1, 1, -1}), line.reshape({1, -1, 1})};
}

/// The sides' places, given the distances from each cell to them.
at::Tensor sides_of(const at::Tensor& distances) {
  const auto [x, y] = positions(distances);
  const auto side = [&](int index) { return distances.select(1, index); };
  return at::stack({x - side(0), y - side(1), x + side(2), y + side(3)}, 1);
}

/// The inverse of sides_of().
at::Tensor distances_to(const at::Tensor& sides) {
  const auto [x, y] = positions(sides);
  const auto side = [&](int index) { return sides.select(1, index); };
  return at::stack({x - side(0), y - side(1), side(2) - x, side(3) - y}, 1);
}

/// Brings the teacher's maps to the student's cells.
/// @param cells, side  of the student's row and the teacher's
/// @param scale        student's pixels per teacher's pixel
at::Tensor to_student(int cells, int side, double scale, const at::Device& device) {
  const int middle = cells / 2, taught_middle = side / 2;
  return interpolation(cells, taught_middle - middle / scale, 1 / scale, side).to(device);
}

/// What the teacher says at the student's cells, in the student's pixels.
/// @param matrix  of to_student()
NanoTrackSteps::Output answers_at(const NanoTrackSteps::Output& teacher, const at::Tensor& matrix,
                                  double scale) {
  // Between two cells the distances change with the place; the box does not.
  const at::Tensor boxes = resampled(sides_of(teacher.log_distances.exp()), matrix) * scale;
  return {resampled(teacher.logits, matrix), distances_to(boxes).clamp_min(kLeastDistance).log()};
}

at::Tensor scaled(const at::Tensor& patches, std::int64_t side) {
  if (patches.size(2) == side) return patches;
  return at::upsample_bilinear2d(patches, {side, side}, /*align_corners=*/false);
}

std::vector<std::optional<Box>> scaled(std::vector<std::optional<Box>> boxes, double scale) {
  for (std::optional<Box>& box : boxes) {
    if (box) box = Box{box->x * scale, box->y * scale, box->width * scale, box->height * scale};
  }
  return boxes;
}

}  // namespace

StudentTask::StudentTask(const Recipe& recipe, nn::ModelFile teacher, const at::Device& device)
    : recipe_(recipe), teacher_(std::move(teacher), device) {
  check_sizes("pairs", recipe.pairs.exemplar_size, recipe.pairs.instance_size);
  check_sizes("student", recipe.student.exemplar_size, recipe.student.instance_size);
  const nn::NanoTrackShape shape = shape_of(recipe.student);
  stages_ = nn::mobilenet_v3_nanotrack(shape.version, "backbone.", shape.width).stages;
  head_ = nn::nanotrack_head_blueprint(shape);
  const NanoTrackSteps taught;
  const std::vector<int> z = stage_sides(stages_, recipe.student.exemplar_size);
  const std::vector<int> x = stage_sides(stages_, recipe.student.instance_size);
  z_grids_ = common_grids(z, taught.stage_sides(Teacher::kExemplarSize), device);
  x_grids_ = common_grids(x, taught.stage_sides(Teacher::kInstanceSize), device);
  cells_ = nn::output_size(head_.classification.pixel_after, x.back());
  answers_ = to_student(cells_, taught.response_side(Teacher::kInstanceSize), scale(), device);
}

double StudentTask::scale() const {
  return static_cast<double>(recipe_.student.instance_size) / Teacher::kInstanceSize;
}

nn::Sequence StudentTask::layers() const {
  nn::Sequence all;
  const auto append = [&](const nn::Sequence& part) {
    all.insert(all.end(), part.begin(), part.end());
  };
  for (const nn::Sequence& stage : stages_) append(stage);
  for (const nn::Sequence* part : nn::parts(head_)) append(*part);
  return all;
}

nn::Weights StudentTask::initial_weights(std::uint64_t seed) const {
  return nanotrack_initial_weights(layers(), Teacher::kHalfTarget * scale(), seed);
}

double StudentTask::rate_factor(const std::string&, double) const { return 1; }

std::vector<at::Tensor> StudentTask::run_stages(const nn::Weights& weights, at::Tensor patches,
                                                nn::Mode mode) const {
  std::vector<at::Tensor> results;
  for (const nn::Sequence& stage : stages_) {
    patches = nn::forward(stage, weights, patches, mode);
    results.push_back(patches);
  }
  return results;
}

StudentTask::Pass StudentTask::run(const nn::Weights& weights, const at::Tensor& z,
                                   const at::Tensor& x, nn::Mode mode) const {
  const StudentRecipe& student = recipe_.student;
  const at::ScalarType type = convolution_type(recipe_);
  const nn::Weights cast = with_convolutions_as(weights, type);
  Pass pass;
  pass.z = run_stages(cast, scaled(z, student.exemplar_size).to(type), mode);
  pass.x = run_stages(cast, scaled(x, student.instance_size).to(type), mode);
  const nn::NanoTrackOutput output =
      nn::nanotrack_head(head_, cast, pass.z.back(), pass.x.back(), mode);
  pass.output = {output.classification.to(at::kFloat), output.log_distances.to(at::kFloat)};
  return pass;
}

at::Tensor StudentTask::spanned(const Pass& pass, const Teacher::Lesson& lesson) const {
  at::Tensor sum = at::zeros({}, lesson.x_features.options());
  const auto add = [&](const at::Tensor& own, const at::Tensor& taught, const CommonGrid& grid,
                       double weight) {
    const at::Tensor share = unexplained_share(resampled(own.to(at::kFloat), grid.first),
                                               resampled(taught, grid.second));
    sum = sum + weight * (share + kShareFloor).log();
  };
  for (std::size_t i = 0; i + 1 < stages_.size(); ++i) {
    add(pass.z[i], lesson.steps[2 * i], z_grids_[i], recipe_.distill.intermediate);
    add(pass.x[i], lesson.steps[2 * i + 1], x_grids_[i], recipe_.distill.intermediate);
  }
  add(pass.z.back(), lesson.z_features, z_grids_.back(), recipe_.distill.features);
  add(pass.x.back(), lesson.x_features, x_grids_.back(), recipe_.distill.features);
  return sum;
}

StepLoss StudentTask::loss(const nn::Weights& weights, const Batch& batch, double progress) const {
  const DistillRecipe& mix = recipe_.distill;
  const at::Device device = weights.begin()->second.device();
  const at::Tensor z = network_input(batch.exemplars, device);
  const at::Tensor x = network_input(batch.searches, device);
  const int size = recipe_.student.instance_size;
  const double drawn = static_cast<double>(size) / recipe_.pairs.instance_size;
  const PointLabels labels =
      assign_points(scaled(batch.targets, drawn), size, cells_, kStride).to(device);
  const Teacher::Lesson lesson =
      teacher_.teach(scaled(z, Teacher::kExemplarSize), scaled(x, Teacher::kInstanceSize));
  const nn::Mode mode = progress < mix.frozen_statistics ? nn::Mode::kTrain : nn::Mode::kEval;
  const Pass pass = run(weights, z, x, mode);
  const auto& [logits, log_distances] = pass.output;

  const NanoTrackSteps::Output taught = answers_at(lesson.output, answers_, scale());
  const at::Tensor features = spanned(pass, lesson);
  const at::Tensor classes = class_distance(logits, taught.logits);
  const at::Tensor distances =
      side_distance(log_distances, taught.log_distances, taught.logits.softmax(1).select(1, 1));
  const at::Tensor labelled =
      labelled_class_loss(logits, labels) + labelled_box_loss(log_distances, labels, kStride);
  StepLoss loss;
  loss.total = features + mix.classes * classes + mix.sides * distances + mix.labels * labelled;
  loss.parts = {{"features", features.detach()},
                {"classes", classes.detach()},
                {"sides", distances.detach()},
                {"labels", labelled.detach()}};
  return loss;
}

nn::Weights StudentTask::export_weights(const nn::Weights& weights) const {
  return detached(weights);
}

Imported StudentTask::import_weights(const nn::ModelFile& model, nn::Weights& weights) const {
  const StudentRecipe& student = recipe_.student;
  constexpr ErrorCode kCode = ErrorCode::kModelInvalid;
  const int side = nn::nanotrack_template_side(student.exemplar_size, kCode);
  const int found = nn::nanotrack_template_side(
      model.metadata.value("exemplar_size", student.exemplar_size), kCode);
  if (found == side || student.version != "v3") return replace_all(model, layers(), weights);
  return replace_all({with_template_side(model.weights, found, side), model.metadata}, layers(),
                     weights);
}

nlohmann::json StudentTask::metadata(const nn::Weights&) const {
  const StudentRecipe& student = recipe_.student;
  const nlohmann::json sizes = {{"exemplar_size", student.exemplar_size},
                                {"instance_size", student.instance_size}};
  nlohmann::json data = {{"format", 1},
                         {"architecture", recipe_.architecture},
                         {"version", student.version},
                         {"backbone", recipe_.backbone},
                         {"width", student.width},
                         {"hyper_parameters", sizes}};
  data.update(sizes);
  return data;
}

}  // namespace siamtrack::training
