// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/task.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <bit>
#include <cmath>

#include "nn/check_weights.h"
#include "siamtrack/error.h"

namespace siamtrack::training {
namespace {

/// Whether a convolution sees the pixels: no other has three input channels.
bool sees_pixels(const at::Tensor& kernel) { return kernel.dim() == 4 && kernel.size(1) == 3; }

}  // namespace

nn::Weights kaiming_weights(const nn::Sequence& layers, std::uint64_t seed) {
  return kaiming_weights(nn::tensor_specs(layers), seed);
}

nn::Weights kaiming_weights(const std::vector<nn::TensorSpec>& specs, std::uint64_t seed) {
  const at::Generator generator = at::detail::createCPUGenerator(seed);
  nn::Weights weights;
  for (const nn::TensorSpec& spec : specs) {
    at::Tensor tensor = at::zeros(spec.shape);
    if (spec.shape.size() == 4) {
      const double fan_out = static_cast<double>(spec.shape[0] * spec.shape[2] * spec.shape[3]);
      tensor.normal_(0, std::sqrt(2 / fan_out), generator);
      tensor = tensor.contiguous(at::MemoryFormat::ChannelsLast);
    } else if (spec.key.ends_with("weight") || spec.key.ends_with(".running_var")) {
      tensor.fill_(1);
    }
    weights[spec.key] = tensor;
  }
  return weights;
}

Random generator_at(double progress, std::uint64_t seed) {
  return {seed, std::bit_cast<std::uint64_t>(progress)};
}

nn::Weights detached(const nn::Weights& weights) {
  nn::Weights out;
  for (const auto& [key, tensor] : weights) out[key] = tensor.detach().cpu().contiguous();
  return out;
}

Imported take_over(const nn::ModelFile& model, nn::Weights& weights, const std::string& prefix) {
  const bool rgb = model.metadata.value("channel_order", "bgr") == "rgb";
  const std::string other_prefix = model.metadata.value("backbone_prefix", std::string());
  Imported imported;
  nn::Weights left = model.weights;
  for (auto& [key, own] : weights) {
    auto found = left.find(key);
    if (found == left.end() && !prefix.empty() && key.starts_with(prefix)) {
      found = left.find(other_prefix + key.substr(prefix.size()));
    }
    if (found == left.end()) {
      imported.missing.push_back(key);
      continue;
    }
    if (own.sizes() != found->second.sizes()) {
      throw Error(ErrorCode::kModelInvalid, "initial weights: " + key + ": expected shape " +
                                                nn::shape_text(own.sizes()) + ", found " +
                                                nn::shape_text(found->second.sizes()));
    }
    own = rgb && sees_pixels(own) ? found->second.flip(1) : found->second.clone();
    left.erase(found);
    ++imported.taken;
  }
  for (const auto& [key, tensor] : left) imported.unused.push_back(key);
  return imported;
}

Imported replace_all(const nn::ModelFile& model, const nn::Sequence& layers, nn::Weights& weights) {
  nn::Weights tracker = model.weights;
  std::erase_if(tracker, [](const auto& entry) { return entry.first.starts_with("outline."); });
  nn::check_weights(tracker, nn::tensor_specs(layers));
  return take_over(model, weights);
}

}  // namespace siamtrack::training
