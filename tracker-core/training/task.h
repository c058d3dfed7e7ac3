// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "nn/blueprint.h"
#include "nn/weights.h"
#include "training/batch.h"

namespace siamtrack::training {

/// Loss of one batch.
struct StepLoss {
  at::Tensor total;                                       ///< scalar with gradient
  std::vector<std::pair<std::string, at::Tensor>> parts;  ///< scalars for the progress line
};

/// What the trainer trains: a network with its loss. Holds no weights.
class Task {
 public:
  virtual ~Task() = default;

  /// Fresh weights, running statistics included; a pure function of `seed`.
  virtual nn::Weights initial_weights(std::uint64_t seed) const = 0;

  /// Whether `key` is trained at `progress` (0 .. 1) of the run. Running statistics are not.
  virtual bool trainable(const std::string& key, double progress) const = 0;

  /// Forward pass in training mode and loss. Updates running statistics in `weights`.
  /// @param batch  on any device; pixels are converted on the weights' device
  virtual StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const = 0;

  /// Weights as a model file holds them, for raw pixels in [0, 255].
  virtual nn::Weights export_weights(const nn::Weights& weights) const = 0;

  /// The inverse of export_weights() for the keys that `model` has; the others stay.
  /// @return  how many tensors were taken over
  /// Throws   Error(kModelInvalid) naming a key whose shape is another
  virtual int import_weights(const nn::Weights& model, nn::Weights& weights) const = 0;

  /// The model file's metadata without "training" and "licence".
  virtual nlohmann::json metadata(const nn::Weights& weights) const = 0;
};

/// Kaiming-normal kernels (fan out, as torchvision), zero biases, unit normalisations for every
/// tensor that `layers` names (He et al. 2015).
nn::Weights kaiming_weights(const nn::Sequence& layers, std::uint64_t seed);

/// Task::export_weights() of networks that are trained as they are run.
nn::Weights detached(const nn::Weights& weights);

/// Task::import_weights() of such networks: every tensor of `layers` must be there.
/// Throws  Error(kModelInvalid) naming a key that is missing or has another shape
int replace_all(const nn::Weights& model, const nn::Sequence& layers, nn::Weights& weights);

}  // namespace siamtrack::training
