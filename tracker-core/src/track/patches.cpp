// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/patches.h"

#include <ATen/ATen.h>

#include "image/crop_cuda.h"
#include "nn/device.h"
#include "siamtrack/error.h"

namespace siamtrack {

void require_readable(const FrameView& frame, at::Device model) {
  if (frame.memory == MemoryKind::kHost) return;
  if (model.is_cuda() && frame.device == model.index()) return;
  throw Error(ErrorCode::kUnsupportedInput,
              "frame: expected host memory or memory of the model's device " + model.str() +
                  ", found memory of cuda:" + std::to_string(frame.device));
}

Colour border_colour(const FrameView& frame) {
  return frame.memory == MemoryKind::kCuda ? cuda::mean_colour(frame, nullptr) : mean_colour(frame);
}

at::Tensor cut_patches(const FrameView& frame, const std::vector<Cut>& cuts, int side,
                       const Model::Impl& model) {
  const bool on_device = frame.memory == MemoryKind::kCuda;
  const at::Tensor batch =
      at::empty({static_cast<std::int64_t>(cuts.size()), side, side, 3},
                at::device(on_device ? model.device : at::Device(at::kCPU)).dtype(at::kFloat));
  const ChannelOrder order = model.system->channel_order();
  float* out = batch.data_ptr<float>();
  for (const Cut& cut : cuts) {
    if (on_device) {
      cuda::crop(frame, cut.window, cut.border, side, order, {.pixels = out});
    } else {
      crop(frame, cut.window, cut.border, side, order, out);
    }
    out += static_cast<std::ptrdiff_t>(side) * side * 3;
  }
  return nn::in_layout_of_device(batch.permute({0, 3, 1, 2}).to(model.device));
}

}  // namespace siamtrack
