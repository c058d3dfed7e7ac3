// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "nn/analysis.h"
#include "nn/blueprint.h"
#include "nn/forward.h"

/// Networks of the SiamRPN family as plain data, and their two sides: template and search patch.
/// Both are pure, batched over targets and, in kTrain and kEval, differentiable.
namespace siamtrack::nn {

/// Convolutions of one branch (classification or regression) around its cross-correlation.
struct RpnBranch {
  Sequence kernel;   ///< on the template features
  Sequence search;   ///< on the search features
  Sequence predict;  ///< on the correlation; empty = identity
};

/// The head on one level of features.
struct RpnLevel {
  Sequence neck;  ///< on template and search features; empty = identity
  RpnBranch classification;
  RpnBranch regression;
};

enum class Correlation {
  kUpChannel,  ///< SiamRPN: one kernel per output channel
  kDepthwise,  ///< SiamRPN++
};

inline constexpr int kTemplateCells = 7;  ///< side of a cut template, SiamRPN++ sec. 3.3

/// A backbone with a region proposal head on each of its outputs, or on the last of them.
struct RpnNetwork {
  Backbone backbone;
  std::vector<RpnLevel> levels;  ///< for the last outputs of the backbone
  Correlation correlation = Correlation::kDepthwise;
  bool crop_template = false;  ///< cut template features to their centre behind the neck
  std::string fusion;          ///< keys of the levels' weights begin with it; empty = plain mean
};

/// Maps of all anchors: classification logits and regression of dx, dy, dw, dh.
struct RpnOutput {
  at::Tensor classification;  ///< [B, 2A or A, N, N]
  at::Tensor regression;      ///< [B, 4A, N, N]
};

/// Names of SiamRPN's five convolutions in a checkpoint.
struct UpChannelNames {
  std::string template_classification;
  std::string template_regression;
  std::string search_classification;
  std::string search_regression;
  std::string adjust;
};

/// SiamRPN's head (Li et al. 2018, sec. 3.2): kernels of 2A and 4A times `width` channels.
/// @param channels  of the features  @param width  of the correlated features
/// @param classes   classification channels: 2A, or A for SiamRPN+ "thinner"
RpnLevel up_channel_head(const UpChannelNames& names, int channels, int width, int anchors,
                         int classes);

/// One branch of SiamRPN++'s head: 3x3 convolutions before a depthwise correlation, two 1x1 behind.
RpnBranch depthwise_branch(const std::string& name, int channels, int outputs);

/// SiamRPN++'s head on one level (Li et al. 2019, sec. 3.4).
/// @param prefix  "rpn_head." or "rpn_head.rpn2."
RpnLevel depthwise_head(const std::string& prefix, int channels, int anchors);

/// 1x1 convolution and normalisation to the head's channels (pysot AdjustLayer).
Sequence adjust_layer(const std::string& name, int in, int out);

/// All sequences of a level, for key tables, counts and rewrites.
std::vector<Sequence*> parts(RpnLevel& level);
std::vector<const Sequence*> parts(const RpnLevel& level);

/// Every tensor of a network, fusion weights included.
std::vector<TensorSpec> tensor_specs(const RpnNetwork& network);

/// Multiplications of a branch up to its correlation, for maps of these sides.
std::int64_t correlation_macs(const RpnBranch& branch, int template_cells, int search_cells);

/// Multiplications of rpn_predict() for one target, as run on patches of these sides, px.
std::int64_t predict_macs(const RpnNetwork& network, int exemplar_size, int instance_size);

/// The equivalent form for kInference (rewrite.h).
RpnNetwork prepare_for_inference(const RpnNetwork& network, Weights& weights);

/// The backbone's features behind the necks, one per level.
std::vector<at::Tensor> level_features(const RpnNetwork& network, const Weights& weights,
                                       const std::vector<at::Tensor>& features, Mode mode);

/// The same of exemplars, cut to their centre where the network does so.
std::vector<at::Tensor> template_features(const RpnNetwork& network, const Weights& weights,
                                          const std::vector<at::Tensor>& features, Mode mode);

/// Template side: kernels of classification and regression of each level.
/// @param features  of the backbone, from exemplars [B, 3, E, E], [0, 255]
std::vector<at::Tensor> rpn_kernels(const RpnNetwork& network, const Weights& weights,
                                    const std::vector<at::Tensor>& features, Mode mode);

/// Search side: target b of the batch against template b, levels fused.
/// @param features  of the backbone, from patches [B, 3, I, I], [0, 255]
RpnOutput rpn_predict(const RpnNetwork& network, const Weights& weights,
                      const std::vector<at::Tensor>& kernels,
                      const std::vector<at::Tensor>& features, Mode mode);

/// Both sides again, from template_features() and level_features() on.
std::vector<at::Tensor> kernels_from_levels(const RpnNetwork& network, const Weights& weights,
                                            const std::vector<at::Tensor>& levels, Mode mode);
RpnOutput predict_from_levels(const RpnNetwork& network, const Weights& weights,
                              const std::vector<at::Tensor>& kernels,
                              const std::vector<at::Tensor>& levels, Mode mode);

}  // namespace siamtrack::nn
