// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

#include "training/augment.h"
#include "training/patch.h"
#include "training/picture_store.h"

/// Cutting and changing the patches of a whole batch at once, on any device: the same as cut() and
/// apply() one after another, up to rounding and warpAffine()'s coordinates in steps of 1/32 px.
namespace siamtrack::training {

/// A patch to be cut from a stored picture.
struct StoredPatch {
  PictureStore::Place place;
  PatchView view;
  std::array<float, 3> border = {};  ///< colour outside of the picture, BGR
};

/// Bilinear patches.
/// @param pixels   PictureStore::pixels()
/// @param patches  all of side `side`, not empty
/// @return         float [B, side, side, 3], whole numbers in [0, 255]
at::Tensor cut_patches(const at::Tensor& pixels, std::span<const StoredPatch> patches, int side);

/// Changes pixels as apply() does.
/// @param patches  float [B, side, side, 3]; written to
/// @param changes  one per patch
/// @return         uint8 [B, side, side, 3]
at::Tensor change_pixels(at::Tensor patches, std::span<const PixelChange> changes);

}  // namespace siamtrack::training
