// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "nn/blueprint.h"
#include "nn/weights.h"

/// Equivalent forms of a network that cost less in Mode::kInference. Each computes the same
/// function as the plain form in Mode::kEval, up to float rounding.
namespace siamtrack::nn {

/// Moves every Crop towards the input, where it cancels the padding of convolutions or shrinks
/// what they compute: a CIR unit (padded 3x3, addition, crop 1) becomes a valid 3x3 with the
/// shortcut cropped by 1; SiamDW's stem (7x7/2, padding 3, crop 2) a valid 7x7/2 on the image
/// cropped by 1. Crops behind a pooling or a ChannelGate stay where they are.
Sequence fold_crops(Sequence layers);

/// fold_crops() of each stage.
Backbone fold_crops(Backbone backbone);

/// Folds every BatchNorm into the convolutions before it, which get a bias. One that has no
/// convolution to go into (after an addition with an identity shortcut) becomes a depthwise 1x1
/// convolution, which is a scale and an offset per channel.
///
/// @param weights  holds every key of `layers`; the folded convolutions replace theirs, keys of the
///                 normalisations go away, other keys stay; the old tensors are not written to
/// @return         `layers` without BatchNorm
/// Throws  Error(kModelInvalid) when a key is missing (also when folded twice)
Sequence fold_batch_norm(Sequence layers, Weights& weights);

/// The form to use with Mode::kInference: both rewrites, and the convolutions' weights of `layers`
/// in the memory layout that is quickest on their device.
Sequence prepare_for_inference(const Sequence& layers, Weights& weights);

/// prepare_for_inference() of each stage.
Backbone prepare_for_inference(const Backbone& backbone, Weights& weights);

}  // namespace siamtrack::nn
