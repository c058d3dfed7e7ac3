// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "image/crop.h"
#include "siamtrack/frame_view.h"
#include "track/model_impl.h"

namespace siamtrack {

/// A window of the frame and the colour around it.
struct Cut {
  SubWindow window;
  Colour border;
};

/// Throws  Error(kUnsupportedInput) unless a model on that device can read the frame where it is
void require_readable(const FrameView& frame, at::Device model);

/// Mean colour of a frame in host or CUDA memory, which stands in for what lies outside of it.
Colour border_colour(const FrameView& frame);

/// Cuts patches out of a frame in host or CUDA memory: [N, 3, side, side] on the model's device,
/// channels last. Frames in CUDA memory are read where they are.
at::Tensor cut_patches(const FrameView& frame, const std::vector<Cut>& cuts, int side,
                       const Model::Impl& model);

}  // namespace siamtrack
