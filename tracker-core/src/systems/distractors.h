// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>

#include "systems/anchor_system.h"

namespace siamtrack {

/// DaSiamRPN (Zhu et al. 2018, sec. 3.4): proposals that resemble the target but are not it. The
/// paper gives influence and the formula; the other values are ours.
struct DistractorParameters {
  double influence = 0.5;  ///< share of the distractors' response that is taken off
  double threshold = 0.5;  ///< least score of a distractor
  double overlap = 0.3;    ///< IoU above which two proposals are the same object
  int most = 8;            ///< at most so many per frame
};

/// Reads "distractor_influence", "distractor_threshold", "distractor_overlap", "distractors".
/// Throws  Error(kModelInvalid)
DistractorParameters read_distractor_parameters(HyperParameters& values);

/// Indices of the proposals that score at least `threshold` and are not the target: best first,
/// none overlapping the target or each other. Pure.
std::vector<std::size_t> find_distractors(const Proposals& proposals, const Choice& target,
                                          const DistractorParameters& parameters);

/// A tracker that ranks its proposals by f(z, p) - influence mean_i f(d_i, p) over the distractors
/// d_i of the same frame. By linearity of the correlation all of them cost one more template.
/// Differs from the paper: distractors of earlier frames are not kept, so that a track stays a
/// function of its state.
/// Requires  an up-channel network with one level
std::unique_ptr<const System> make_distractor_aware(AnchorSetup setup, nn::Weights weights,
                                                    const DistractorParameters& parameters);

}  // namespace siamtrack
