// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "training/rpn_loss.h"

/// The sections of a recipe that belong to one system or family each.
namespace siamtrack::training {

/// SiamFC's loss (spec section 3.5) and what this project adds to it.
struct LossRecipe {
  double positive_radius = 16;   ///< px, L1 distance in the search patch
  double contrastive = 0;        ///< weight of the contrastive term over the batch
  double response_scale = 1e-3;  ///< of the raw correlation, at the start
  bool learn_response = false;   ///< train the scale and a bias
};

/// What a student learns from a teacher (distill_task.h): weights in the loss, how the run begins.
struct DistillRecipe {
  double intermediate = 1;    ///< results of every step but the backbone's last
  double features = 2;        ///< the backbone's features
  double classes = 3;         ///< class probabilities
  double sides = 3;           ///< logarithms of the distances to a box's sides
  double labels = 0.2;        ///< labelled boxes
  double forced = 0.9;        ///< probability at the start that a step gets the teacher's input
  double forced_until = 0.3;  ///< progress at which this probability has fallen to zero
  double frozen_statistics = 0.4;  ///< progress from which normalisation statistics stand still
};

/// The NanoTrack that is trained, when it is not the teacher's shape (student_task.h).
struct StudentRecipe {
  std::string version = "v3";
  double width = 1;         ///< of the published channel counts
  int exemplar_size = 127;  ///< px; patches are drawn at the pairs' sizes and scaled
  int instance_size = 255;

  friend bool operator==(const StudentRecipe&, const StudentRecipe&) = default;
};

/// Head and loss of the anchor-based trackers (spec sections 4.9 and 6.6).
struct RpnRecipe {
  std::string head = "thinner";     ///< siamrpn+: "thinner" or "thicker"
  std::string fusion = "weighted";  ///< of several levels: "weighted" or "mean"
  std::vector<int> neck;            ///< channels behind the neck, one per level; empty: 256
  AnchorSettings anchors;           ///< ratios and scales; the stride is the backbone's
  AnchorSampling sampling;
  /// siamrpn, siamrpn+: train on means over the template's kernel, not on sums as published, whose
  /// thousands of terms AdamW's steps overdo. The model file's kernels make up for it.
  bool mean_correlation = false;
  double classification = 1;  ///< weight in the loss
  double regression = 1;      ///< weight in the loss
  double smooth = 0;          ///< offset error below which the regression loss is quadratic
  double response = 0.1;      ///< "thinner": weight of the anchor-summed map's negatives
};

/// SiamMask's mask branch (spec section 8.4).
struct MaskRecipe {
  double weight = 36;   ///< in the loss
  bool refine = false;  ///< the second stage: mask branch and refinement alone are trained
};

/// SiamMargin's discriminative loss (margin_loss.h); the numbers are ours.
struct MarginRecipe {
  double weight = 0.25;  ///< in the loss
  double scale = 30;     ///< of the cosines
  double margin = 0.35;  ///< between the target's cosine and the others'
};

/// What outlines the targets of a NanoTrack (outline_task.h).
struct OutlineRecipe {
  int context = 0;      ///< px of the context square in the search patch; 0: no outlines
  double before = 0;    ///< chance that the network is told an outline of the frame before
  double overlap = 1;   ///< weight of the overlap in the loss, the pixels' being 1
  double boxes = 0;     ///< of the outlines' extents
  double likeness = 0;  ///< of neighbours of like colour, where no outline is known
};

}  // namespace siamtrack::training
