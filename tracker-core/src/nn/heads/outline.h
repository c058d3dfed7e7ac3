// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "nn/blueprint.h"
#include "nn/forward.h"

/// A network that outlines a target whose box is known, beside a NanoTrack of the same template.
/// Not published; put together from NanoTrack's pixel-wise correlation, Alpha-Refine's second patch
/// about the box (Yan et al. 2021, sec. 3.1) and SiamMask's way back to finer features (Wang et al.
/// 2019, appendix A).
namespace siamtrack::nn {

/// One step back to finer features: what is known is enlarged to twice the side, laid beside the
/// backbone's features and mixed.
struct OutlineStep {
  int output = 0;     ///< index of the backbone's features
  Sequence features;  ///< on these features
  Sequence mix;       ///< on both
};

/// As plain data. Its own backbone looks at a finer patch than the tracker's; the template is the
/// tracker's.
struct OutlineNetwork {
  Backbone backbone;  ///< features of stride 2, 4, 8 and 16
  Sequence kernel;    ///< on the tracker's template features
  Sequence search;    ///< on the coarsest features, before the correlation
  Sequence after;     ///< on the correlation maps
  Sequence start;     ///< on coarsest features, correlation maps and the place, side by side
  std::vector<OutlineStep> steps;  ///< coarse to fine
  Sequence predict;
};

/// Keys begin with `prefix`.
OutlineNetwork outline_blueprint(const std::string& prefix = "outline.");

/// All sequences of the network, for key tables, counts and rewrites.
std::vector<Sequence*> parts(OutlineNetwork& network);
std::vector<const Sequence*> parts(const OutlineNetwork& network);

/// Multiplications of outline_logits() for one target.
/// @param patch  side of the patch, px
std::int64_t outline_macs(const OutlineNetwork& network, int patch);

/// Where the target is thought to be, by its box: 1 inside, 0 outside, a share where an edge
/// passes.
/// @param widths, heights  of the boxes, which lie in the middle of their patches, patch px
/// @param patch            side of the patches, px
/// @return                 float [B, 1, N, N] with N = (patch + 1) / 16
at::Tensor box_maps(const std::vector<double>& widths, const std::vector<double>& heights,
                    int patch);

/// The same by an outline of the frame before, which was as large as now about a box in the middle.
/// @param shares  of the target, [B, 1, M, M], a value every 2 px or 1 px of the patch
/// @param step    px of the patch per value: 2 or 1
/// @return        float [B, 1, N, N]
at::Tensor outline_maps(const at::Tensor& shares, int step);

/// Template side. @param z_features  of the tracker's backbone [B, 96, 8, 8]
at::Tensor outline_kernel(const OutlineNetwork& network, const Weights& weights,
                          const at::Tensor& z_features, Mode mode);

/// Search side: target b of the batch with template b. Differentiable in kTrain and kEval.
/// @param patches  [B, 3, S, S], [0, 255], S + 1 a multiple of 16, the target's box in the middle
/// @param places   box_maps() or outline_maps()
/// @return         logits [B, 1, (S + 1) / 2, (S + 1) / 2]; the value at (u, v) belongs to the
///                 patch's pixel (2u, 2v)
at::Tensor outline_logits(const OutlineNetwork& network, const Weights& weights,
                          const at::Tensor& kernel, const at::Tensor& patches,
                          const at::Tensor& places, Mode mode);

}  // namespace siamtrack::nn
