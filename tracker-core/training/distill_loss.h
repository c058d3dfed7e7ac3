// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <optional>
#include <vector>

#include "siamtrack/box.h"

/// Losses by which a student learns from a teacher of the same shape, and from labelled boxes.
namespace siamtrack::training {

/// Mean squared difference of two feature maps, in units of the variance of the teacher's channel
/// within the batch: 1 is as good as knowing the channel's mean (FitNets, Romero et al. 2015, with
/// the scale of each channel taken out).
///
/// @param student, teacher  [B, C, H, W]
/// @param row               maps higher than 32 cells are compared on every (H / 32)-th row,
/// beginning
///                          with row % (H / 32)
/// @return                  scalar, >= 0
at::Tensor feature_distance(const at::Tensor& student, const at::Tensor& teacher,
                            std::int64_t row = 0);

/// As feature_distance() for maps of different widths: what remains of the teacher's channels after
/// the best affine prediction from the student's, found by least squares within the batch. 0: the
/// student's channels span the teacher's; 1: they tell nothing.
/// @param student  [B, C1, H, W]
/// @param teacher  [B, C2, H, W]
at::Tensor unexplained_share(const at::Tensor& student, const at::Tensor& teacher);

/// Kullback-Leibler divergence of the student's class probabilities from the teacher's (Hinton et
/// al. 2015), averaged over the teacher's foreground, over its background and over all cells, so
/// that the few cells of the target count as much as the rest.
/// @param student, teacher  logits [B, 2, N, N]: background, target
at::Tensor class_distance(const at::Tensor& student, const at::Tensor& teacher);

/// Smooth L1 distance (knee at 0.1) of the logarithms of side distances, weighted by the teacher's
/// foreground probability; the rest of the map counts little.
/// @param student, teacher  [B, 4, N, N]
/// @param foreground        the teacher's probability of the target [B, N, N]
at::Tensor side_distance(const at::Tensor& student, const at::Tensor& teacher,
                         const at::Tensor& foreground);

/// Which cells lie on a target.
struct PointLabels {
  at::Tensor positive;  ///< 1 in the ellipse of half the box's extent [B, N, N]
  at::Tensor negative;  ///< 1 outside the ellipse the box's extent wide [B, N, N]
  at::Tensor corners;   ///< left, top, right, bottom, px from the patch's middle [B, 4, 1, 1]

  PointLabels to(const at::Device& device) const;
};

/// Labels as SiamBAN assigns them (Chen et al. 2020, sec. 3.3); cells between both ellipses have
/// none, nor has a pair without a target.
/// @param targets   pixels of the search patch
/// @param instance  side of the search patch, px
PointLabels assign_points(const std::vector<std::optional<Box>>& targets, int instance, int cells,
                          int stride);

/// Cross entropy, half on positive and half on negative cells. @param logits  [B, 2, N, N]
at::Tensor labelled_class_loss(const at::Tensor& logits, const PointLabels& labels);

/// 1 - intersection over union, mean over positive cells (UnitBox, Yu et al. 2016, linear form).
/// @param log_distances  [B, 4, N, N]
at::Tensor labelled_box_loss(const at::Tensor& log_distances, const PointLabels& labels,
                             int stride);

}  // namespace siamtrack::training
