// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/task.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

#include "nn/analysis.h"
#include "nn/check_weights.h"

namespace siamtrack::training {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

nn::Weights kaiming_weights(const nn::Sequence& layers, std::uint64_t seed) {
  const at::Generator generator = at::detail::createCPUGenerator(seed);
  nn::Weights weights;
  for (const nn::TensorSpec& spec : nn::tensor_specs(layers)) {
    at::Tensor tensor = at::zeros(spec.shape);
    if (spec.shape.size() == 4) {
      const double fan_out = static_cast<double>(spec.shape[0] * spec.shape[2] * spec.shape[3]);
      tensor.normal_(0, std::sqrt(2 / fan_out), generator);
      tensor = tensor.contiguous(at::MemoryFormat::ChannelsLast);
    } else if (ends_with(spec.key, ".weight") || ends_with(spec.key, ".running_var")) {
      tensor.fill_(1);
    }
    weights[spec.key] = tensor;
  }
  return weights;
}

nn::Weights detached(const nn::Weights& weights) {
  nn::Weights out;
  for (const auto& [key, tensor] : weights) out[key] = tensor.detach().cpu().contiguous();
  return out;
}

int replace_all(const nn::Weights& model, const nn::Sequence& layers, nn::Weights& weights) {
  nn::check_weights(model, nn::tensor_specs(layers));
  for (auto& [key, tensor] : weights) {
    tensor = model.at(key).clone().contiguous(tensor.suggest_memory_format());
  }
  return static_cast<int>(weights.size());
}

}  // namespace siamtrack::training
