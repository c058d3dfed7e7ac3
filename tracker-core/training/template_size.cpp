// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/template_size.h"

#include <ATen/ATen.h>

#include <string_view>

#include "training/interpolation.h"

namespace siamtrack::training {
namespace {

/// Matrix [count^2, cells^2] that interpolates a square of cells by rows and columns.
at::Tensor between_cells(int count, int cells) {
  const double step = static_cast<double>(cells) / count;
  const at::Tensor line = interpolation(count, step / 2 - 0.5, step, cells);
  return at::kron(line, line);
}

bool has(std::string_view key, std::string_view part) {
  return key.find(part) != std::string_view::npos;
}

/// Layers behind the pixel-wise correlation, which have its maps for channels.
bool makes_maps(std::string_view key) {
  return has(key, ".corr_pw_") && (has(key, ".CA_layer.") || has(key, ".conv."));
}

/// Layers that read these maps, the first of their input channels, beside others.
bool reads_maps(std::string_view key) { return has(key, ".down_") && has(key, ".weight"); }

/// The kernel [O, I, H, W] for an input of J channels of which I = matrix [I, J] times them.
at::Tensor with_inputs(const at::Tensor& kernel, const at::Tensor& matrix) {
  return at::tensordot(kernel, matrix, {1}, {0}).movedim(-1, 1);
}

}  // namespace

nn::Weights with_template_side(nn::Weights weights, int from, int to) {
  const at::Tensor outputs = between_cells(to, from);
  const at::Tensor inputs = between_cells(from, to);
  const std::int64_t maps = inputs.size(0);
  for (auto& [key, tensor] : weights) {
    if (makes_maps(key)) {
      tensor = at::tensordot(outputs, tensor, {1}, {0});
      const bool mixes_maps = tensor.dim() == 4 && tensor.size(1) == maps;
      if (mixes_maps) tensor = with_inputs(tensor, inputs);
    } else if (reads_maps(key)) {
      const at::Tensor others = tensor.narrow(1, maps, tensor.size(1) - maps);
      tensor = at::cat({with_inputs(tensor.narrow(1, 0, maps), inputs), others}, 1);
    }
    tensor = tensor.contiguous();
  }
  return weights;
}

}  // namespace siamtrack::training
