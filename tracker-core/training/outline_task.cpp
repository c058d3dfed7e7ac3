// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/outline_task.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include "geometry/search_region.h"
#include "nn/backbones/backbones.h"
#include "siamtrack/error.h"
#include "training/mixed_precision.h"
#include "training/outline_loss.h"
#include "training/teacher.h"

namespace siamtrack::training {
namespace {

constexpr int kStride = 16;           // px of a patch per cell of the coarsest features
constexpr double kShapeError = 0.12;  // deviation of the logarithm of a guessed box's aspect
constexpr char kOwn[] = "outline.";   // prefix of what is trained
constexpr char kBackbone[] = "backbone.";

bool is_trained(const std::string& key) { return key.starts_with(kOwn); }

/// A rectangle of a share of the box's sides, its centre anywhere in the box.
cv::Rect part_of(const Box& box, Random& random) {
  const double width = box.width * random.uniform(0.2, 0.6);
  const double height = box.height * random.uniform(0.2, 0.6);
  const double x = box.x + random.uniform() * box.width - width / 2;
  const double y = box.y + random.uniform() * box.height - height / 2;
  return {cvRound(x), cvRound(y), cvRound(width), cvRound(height)};
}

/// An outline as it might have been found in the frame before: moved, stretched, a part of it
/// missing, something beside it taken in (MaskTrack, Perazzi et al. 2017, sec. 3.1).
/// @param mask  [S, S]  @return  [1, 1, S, S]
at::Tensor seen_before(const at::Tensor& mask, const Box& box, Random& random) {
  constexpr double kMove = 6;        // deviation, px
  constexpr double kStretch = 0.07;  // deviation
  constexpr double kChange = 0.35;   // chance of a part missing, and of one too much
  const auto side = static_cast<int>(mask.size(0));
  const cv::Mat from(side, side, CV_32F, mask.data_ptr<float>());
  const double scale_x = std::exp(kStretch * random.gaussian());
  const double scale_y = std::exp(kStretch * random.gaussian());
  const double x = box.centre_x() * (1 - scale_x) + kMove * random.gaussian();
  const double y = box.centre_y() * (1 - scale_y) + kMove * random.gaussian();
  const cv::Matx23d map(scale_x, 0, x, 0, scale_y, y);
  at::Tensor seen = at::empty({1, 1, side, side});
  cv::Mat to(side, side, CV_32F, seen.data_ptr<float>());
  cv::warpAffine(from, to, map, to.size());
  const cv::Rect whole({}, to.size());
  for (const double value : {0.0, 1.0}) {
    if (random.chance(kChange)) to(part_of(box, random) & whole).setTo(value);
  }
  return seen;
}

}  // namespace

OutlineTask::OutlineTask(const Recipe& recipe, nlohmann::json tracker)
    : recipe_(recipe),
      tracker_(std::move(tracker)),
      backbone_(nn::mobilenet_v3_nanotrack(3, kBackbone)),
      head_(nn::nanotrack_head_blueprint({.version = 3})),
      network_(nn::outline_blueprint(kOwn)) {
  if ((recipe.pairs.instance_size + 1) % kStride == 0) return;
  throw Error(ErrorCode::kInvalidArgument,
              "recipe " + recipe.name +
                  ": instance_size: expected one less than a multiple of 16, found " +
                  std::to_string(recipe.pairs.instance_size));
}

nn::Weights OutlineTask::initial_weights(std::uint64_t seed) const {
  nn::Weights weights = kaiming_weights(nn::tensor_specs(nn::parts(std::as_const(network_))), seed);
  std::vector<nn::TensorSpec> tracker = nn::tensor_specs(backbone_);
  const std::vector<nn::TensorSpec> head = nn::tensor_specs(nn::parts(head_));
  tracker.insert(tracker.end(), head.begin(), head.end());
  weights.merge(kaiming_weights(tracker, seed));
  return weights;
}

double OutlineTask::rate_factor(const std::string& key, double) const {
  if (!is_trained(key)) return 0;
  return key.starts_with(std::string(kOwn) + kBackbone) ? recipe_.backbone_rate : 1;
}

at::Tensor OutlineTask::guessed_places(const Batch& batch, double progress) const {
  Random random = generator_at(progress, recipe_.seed);
  std::vector<double> widths, heights;
  for (const std::optional<Box>& box : batch.targets) {
    const bool known = box && box->area() > 0;
    const double aspect =
        (known ? box->width / box->height : 1) * std::exp(kShapeError * random.gaussian());
    const double width = std::sqrt(aspect), height = 1 / width;
    const double scale = recipe_.outline.context / context_side(width, height);
    widths.push_back(width * scale);
    heights.push_back(height * scale);
  }
  at::Tensor places = nn::box_maps(widths, heights, recipe_.pairs.instance_size);
  for (std::size_t i = 0; i < batch.outlined.size(); ++i) {
    const std::optional<Box>& box = batch.targets[i];
    if (!box || !batch.outlined[i] || !random.chance(recipe_.outline.before)) continue;
    const auto row = static_cast<std::int64_t>(i);
    const at::Tensor mask = batch.masks[row].cpu().gt(0).to(at::kFloat);
    places[row] = nn::outline_maps(seen_before(mask, *box, random), /*step=*/1)[0];
  }
  return places;
}

StepLoss OutlineTask::loss(const nn::Weights& weights, const Batch& batch, double progress) const {
  const at::Device device = weights.begin()->second.device();
  const at::ScalarType type = convolution_type(recipe_);
  const OutlineTargets targets = outline_targets(batch, device);
  const at::Tensor places = guessed_places(batch, progress).to(device, type);
  const at::Tensor x = network_input(batch.searches, device, type);
  at::Tensor z = network_input(batch.exemplars, device, type);
  const nn::Weights cast = with_convolutions_as(weights, type);
  {
    const at::NoGradGuard still;
    z = nn::forward(backbone_, cast, z, nn::Mode::kEval).front();
  }
  const nn::Mode mode = nn::Mode::kTrain;
  const at::Tensor kernel = nn::outline_kernel(network_, cast, z, mode);
  const at::Tensor logits = nn::outline_logits(network_, cast, kernel, x, places, mode);
  const OutlineLoss found = outline_loss(logits, targets);
  const OutlineRecipe& mix = recipe_.outline;
  StepLoss loss;
  loss.total = found.pixels + mix.overlap * found.overlap + mix.boxes * found.boxes +
               mix.likeness * found.likeness;
  loss.parts = {{"pixels", found.pixels.detach()},
                {"overlap", found.overlap.detach()},
                {"boxes", found.boxes.detach()},
                {"likeness", found.likeness.detach()}};
  return loss;
}

nn::Weights OutlineTask::export_weights(const nn::Weights& weights) const {
  return detached(weights);
}

Imported OutlineTask::import_weights(const nn::ModelFile& model, nn::Weights& weights) const {
  nn::ModelFile all = model;
  for (const auto& [key, tensor] : model.weights) {
    if (key.starts_with(kBackbone)) all.weights.try_emplace(kOwn + key, tensor);
  }
  return take_over(all, weights);
}

nlohmann::json OutlineTask::metadata(const nn::Weights&) const {
  nlohmann::json data = tracker_;
  data.update({{"format", 1},
               {"architecture", recipe_.architecture},
               {"version", "v3"},
               {"backbone", recipe_.backbone},
               {"outline", true}});
  data["hyper_parameters"].update({{"outline_size", recipe_.pairs.instance_size},
                                   {"outline_context", recipe_.outline.context}});
  return data;
}

}  // namespace siamtrack::training
