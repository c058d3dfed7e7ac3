// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "nn/analysis.h"
#include "nn/safetensors.h"
#include "training/batch.h"
#include "training/random.h"

namespace siamtrack::training {

/// Loss of one batch.
struct StepLoss {
  at::Tensor total;                                       ///< scalar with gradient
  std::vector<std::pair<std::string, at::Tensor>> parts;  ///< scalars for the progress line
};

/// What a model file gave to fresh weights.
struct Imported {
  int taken = 0;                     ///< tensors taken over
  std::vector<std::string> missing;  ///< keys of the network that the file does not have
  std::vector<std::string> unused;   ///< keys of the file that the network does not have
};

/// What the trainer trains: a network with its loss. Holds no weights.
class Task {
 public:
  virtual ~Task() = default;

  /// Fresh weights, running statistics included; a pure function of `seed`.
  virtual nn::Weights initial_weights(std::uint64_t seed) const = 0;

  /// Factor on the recipe's step size for `key` at `progress` (0 .. 1) of the run; 0: frozen.
  /// Running statistics are not trained.
  virtual double rate_factor(const std::string& key, double progress) const = 0;

  /// Forward pass in training mode and loss. Updates running statistics in `weights`.
  /// Copies all that the host has made to the device before it runs the network: such a copy waits
  /// for whatever the device has been given to do.
  /// @param batch  on any device; pixels are converted on the weights' device
  virtual StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const = 0;

  /// Weights as a model file holds them, for raw pixels in [0, 255].
  virtual nn::Weights export_weights(const nn::Weights& weights) const = 0;

  /// The inverse of export_weights() and metadata() for what `model` has; the others stay.
  /// Throws   Error(kModelInvalid) naming a key whose shape is another
  virtual Imported import_weights(const nn::ModelFile& model, nn::Weights& weights) const = 0;

  /// The model file's metadata without "training" and "licence".
  virtual nlohmann::json metadata(const nn::Weights& weights) const = 0;
};

/// Kaiming-normal kernels (fan out, as torchvision), zero biases, unit normalisations for every
/// tensor that `layers` names (He et al. 2015).
nn::Weights kaiming_weights(const nn::Sequence& layers, std::uint64_t seed);
nn::Weights kaiming_weights(const std::vector<nn::TensorSpec>& specs, std::uint64_t seed);

/// A generator that depends on the moment of the run alone, so that a resumed run is the same.
/// @param progress  0 .. 1, exact
Random generator_at(double progress, std::uint64_t seed);

/// Task::export_weights() of networks that are trained as they are run.
nn::Weights detached(const nn::Weights& weights);

/// Task::import_weights() of networks of which a file may have a part. Kernels that the file's
/// metadata say are for pixels in RGB order are turned to BGR, the order of batches.
/// @param prefix  of the backbone's keys, which may have the metadata's "backbone_prefix" instead,
///                or none: a backbone by itself
/// Throws  Error(kModelInvalid) naming a key whose shape is another
Imported take_over(const nn::ModelFile& model, nn::Weights& weights,
                   const std::string& prefix = "");

/// Task::import_weights() of networks of which a file must have every tensor of `layers`. It may
/// have a network that outlines besides, which is left.
/// Throws  Error(kModelInvalid) naming a key that is missing or has another shape
Imported replace_all(const nn::ModelFile& model, const nn::Sequence& layers, nn::Weights& weights);

}  // namespace siamtrack::training
