// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <string>
#include <vector>

#include "nn/heads/rpn.h"

/// The mask branch of SiamMask (Wang et al. 2019, sec. 3.1 and appendix A) as plain data, beside
/// the region proposal head of the same backbone.
namespace siamtrack::nn {

/// One step of the refinement: what is known so far and the backbone's features of this
/// resolution, added, enlarged and mixed.
struct RefineStep {
  Sequence known;     ///< "h": on the mask so far
  Sequence features;  ///< "v": on the backbone's features
  Sequence mix;       ///< "post": behind the enlargement
  int output = 0;     ///< index of the backbone's features
  int stride = 1;     ///< cells of these features per cell of the response map
  int margin = 0;     ///< cells of zeros around these features
  int window = 1;     ///< side of what is cut out of them, cells
  int side = 1;       ///< side of the result, cells
};

struct MaskHead {
  /// One per level: correlation features and 63 x 63 logits per cell.
  std::vector<RpnBranch> branches;
  std::string fusion;             ///< key of the levels' weights; empty = a single level
  std::string deconvolution;      ///< keys of the first enlargement, 1x1 -> 15x15
  bool from_logits = false;       ///< it enlarges the fused logits, not the correlation features
  std::vector<RefineStep> steps;  ///< coarse to fine; empty = no refinement
};

/// SiamMask's head as published. Keys begin with "mask_head." and "refine_head.", as pysot's.
/// @param refine  false: the base model
MaskHead mask_head_blueprint(bool refine);

/// SiamMask++'s: a branch on each of three levels, fused by learned shares, and a refinement that
/// begins with the logits (spec section 9).
MaskHead mask_plus_plus_blueprint(bool refine);

std::vector<TensorSpec> tensor_specs(const MaskHead& head);

/// The equivalent form for kInference (rewrite.h).
MaskHead prepare_for_inference(const MaskHead& head, Weights& weights);

/// Multiplications of mask_features() and mask_logits() for one target.
/// @param search_cells  side of the features behind the neck: 31
std::int64_t mask_macs(const MaskHead& head, int search_cells);

/// Template side: one kernel [B, 256, 5, 5] per branch.
/// @param levels  template_features()
std::vector<at::Tensor> mask_kernels(const MaskHead& head, const Weights& weights,
                                     const std::vector<at::Tensor>& levels, Mode mode);

/// What the mask at any cell is made from, [B, 256, 25, 25] per branch.
/// @param kernels  mask_kernels()  @param levels  level_features(), 31 x 31 cells
std::vector<at::Tensor> mask_features(const MaskHead& head, const Weights& weights,
                                      std::span<const at::Tensor> kernels,
                                      const std::vector<at::Tensor>& levels, Mode mode);

/// One cell of the response maps of a batch.
struct Cell {
  int row = 0;
  int column = 0;
  int target = 0;  ///< which of the batch
};

/// What masks are made from, for a batch.
struct MaskInput {
  std::vector<at::Tensor> correlations;  ///< mask_features()
  std::vector<at::Tensor> features;  ///< the backbone's: [B, 64, 125, 125], 256 x 63^2, 512 x 31^2
  /// Cells that the search features lost on each side behind the neck: 0, in training on small
  /// patches 4 (SiamMask, as all features narrower than 20 cells).
  int cut = 0;
};

/// The masks of the objects at some cells, at least one. Differentiable in kTrain and kEval.
/// @return  logits [cells, side, side], side = 127, or 63 without refinement
at::Tensor mask_logits(const MaskHead& head, const Weights& weights, const MaskInput& input,
                       std::span<const Cell> cells, Mode mode);

}  // namespace siamtrack::nn
