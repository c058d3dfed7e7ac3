// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "nn/blueprint.h"
#include "nn/forward.h"
#include "siamtrack/error.h"

namespace siamtrack::nn {

/// One of the two branches of NanoTrack's head: correlations of template and search features,
/// then a tower of convolutions. An empty sequence is the identity.
struct NanoTrackBranch {
  Sequence pixel_kernel;  ///< on the template before the pixel-wise correlation (v2, v3)
  Sequence pixel_search;  ///< on the search features before it (v2, v3)
  Sequence pixel_after;   ///< channel attention on the 64 correlation maps; v3: 16x16 to 15x15
  Sequence depth_kernel;  ///< on the template's centre before the depthwise correlation (v3)
  Sequence depth_search;  ///< on the search features before it (v3)
  Sequence tower;         ///< from correlation maps to the prediction
};

/// Which NanoTrack. Width and template side other than the published ones give the networks that
/// this project trains.
struct NanoTrackShape {
  int version = 3;        ///< 1, 2 or 3
  double width = 1;       ///< scales the channels of backbone and head (scaled_channels())
  int template_side = 8;  ///< cells of the template: exemplar size / 16; even, at least 4
};

/// The number in "v1", "v2" or "v3".
/// Throws  Error(code)
int nanotrack_version(const std::string& name, ErrorCode code);

/// `width` itself.
/// Throws  Error(code) unless it lies in [0.25, 4]
double nanotrack_width(double width, ErrorCode code);

/// Cells of the template of this size, px.
/// Throws  Error(code) when there is no such template: its side must be even and at least 4
int nanotrack_template_side(int exemplar_size, ErrorCode code);

/// Side of the template's centre that v3 correlates channel by channel, cells: half the template's
/// (8 -> 4 as published), even and at least 4.
std::int64_t nanotrack_centre_side(std::int64_t template_side);

/// Head of NanoTrack v1, v2 or v3 (HonglinChu/NanoTrack; published keys "ban_head.*").
struct NanoTrackHead {
  NanoTrackBranch classification;
  NanoTrackBranch regression;
  bool shared_correlation = false;  ///< v1: regression takes the classification's maps
  bool depthwise = false;           ///< v3: depthwise correlation beside the pixel-wise one
};

NanoTrackHead nanotrack_head_blueprint(const NanoTrackShape& shape,
                                       const std::string& prefix = "ban_head.");

/// All sequences of the head, for key tables, counts and rewrites.
std::vector<Sequence*> parts(NanoTrackHead& head);
std::vector<const Sequence*> parts(const NanoTrackHead& head);

/// Multiplications of nanotrack_predict() for one target.
/// @param channels  C of the features  @param template_cells, search_cells  their sides: 8, 16
std::int64_t predict_macs(const NanoTrackHead& head, int channels, int template_cells,
                          int search_cells);

/// What the head needs of the template: computed once per target.
struct NanoTrackKernels {
  at::Tensor pixel_classification;  ///< [B, C, T, T], T = template side
  at::Tensor pixel_regression;      ///< [B, C, T, T]; undefined when shared
  at::Tensor depth_classification;  ///< [B, C, S, S], S = nanotrack_centre_side(T); v3 only
  at::Tensor depth_regression;
};

struct NanoTrackOutput {
  at::Tensor classification;  ///< logits [B, 2, N, N]: background, target
  /// Logarithms of the distances left, top, right, bottom in crop px [B, 4, N, N]; the published
  /// network ends with exp(), which is left out here because training needs the logarithms.
  at::Tensor log_distances;
};

/// Template side of the head.
/// @param z_features  [B, C, T, T], C = 48 (v1, v2) or 96 (v3) at width 1
NanoTrackKernels nanotrack_kernels(const NanoTrackHead& head, const Weights& weights,
                                   const at::Tensor& z_features, Mode mode);

/// Search side of the head: target b of the batch against template b.
/// @param x_features  [B, C, X, X], X = 16 for search patches of 255 px
/// @return            N = X (v1, v2) or X - 1 (v3)
NanoTrackOutput nanotrack_predict(const NanoTrackHead& head, const Weights& weights,
                                  const NanoTrackKernels& kernels, const at::Tensor& x_features,
                                  Mode mode);

/// Both sides: pure and, in kTrain and kEval, differentiable.
NanoTrackOutput nanotrack_head(const NanoTrackHead& head, const Weights& weights,
                               const at::Tensor& z_features, const at::Tensor& x_features,
                               Mode mode);

}  // namespace siamtrack::nn
