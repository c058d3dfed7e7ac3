// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/input_scaling.h"

#include <ATen/ATen.h>

#include "nn/device.h"

namespace siamtrack::training {

InputScaling::InputScaling(const nn::Sequence& layers, double mean, double scale)
    : conv_(std::get<nn::Conv>(layers.at(0).kind)),
      norm_(std::get<nn::BatchNorm>(layers.at(1).kind)),
      mean_(mean),
      scale_(scale) {}

at::Tensor InputScaling::apply(const at::Tensor& patches, at::Device device,
                               at::ScalarType type) const {
  const at::Tensor raw = nn::in_layout_of_device(patches.to(device).permute({0, 3, 1, 2}));
  at::Tensor x = raw.to(at::kFloat);
  return x.sub_(mean_).div_(scale_).to(type);
}

void InputScaling::change(nn::Weights& weights, bool back) const {
  at::Tensor& kernel = weights.at(conv_.name + ".weight");
  at::Tensor& constant =
      weights.at(conv_.bias ? conv_.name + ".bias" : norm_.name + ".running_mean");
  const at::Tensor raw = back ? kernel : kernel / scale_;
  const at::Tensor offset = raw.sum({1, 2, 3}) * mean_;
  const double sign = (back ? -1.0 : 1.0) * (conv_.bias ? -1.0 : 1.0);
  constant = constant + sign * offset;
  kernel = back ? kernel * scale_ : raw;
}

}  // namespace siamtrack::training
