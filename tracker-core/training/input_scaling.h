// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include "nn/blueprint.h"
#include "nn/weights.h"

namespace siamtrack::training {

/// A network sees (pixel - mean) / scale in training and raw pixels in a model file. Its first
/// convolution touches no padding, so the difference is one number per channel, which the
/// convolution's bias or the normalisation's mean takes up.
class InputScaling {
 public:
  /// @param layers  begin with a convolution and its normalisation
  InputScaling(const nn::Sequence& layers, double mean, double scale);

  /// What the network is trained on.
  /// @param patches  uint8 [B, side, side, 3], on any device
  /// @return         [B, 3, side, side] of `type` on `device`, channels last
  at::Tensor apply(const at::Tensor& patches, at::Device device, at::ScalarType type) const;

  /// Changes the first layers from taking scaled inputs to taking raw pixels.
  void to_raw(nn::Weights& weights) const { change(weights, false); }
  /// The inverse.
  void from_raw(nn::Weights& weights) const { change(weights, true); }

 private:
  void change(nn::Weights& weights, bool back) const;

  nn::Conv conv_;
  nn::BatchNorm norm_;
  double mean_;
  double scale_;
};

}  // namespace siamtrack::training
