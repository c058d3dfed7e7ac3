// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <vector>

namespace siamtrack::training {

/// Matrix [count, cells] that interpolates a row of cells at first + i * step, in cells; places
/// outside take the nearest cell. Slow, on the CPU: made once, not in every step.
at::Tensor interpolation(int count, double first, double step, std::int64_t cells);

/// Maps [B, C, N, N] interpolated at the same places of rows and columns: [B, C, count, count].
/// @param matrix  of interpolation() with N cells; undefined: the maps as they are
at::Tensor resampled(const at::Tensor& maps, const at::Tensor& matrix);

/// Matrices for resampled() that bring the maps of two networks to the same cells.
struct CommonGrid {
  at::Tensor first, second;
};

/// The cells that each stage's maps are compared at: the first network's, or 32 x 32 where it has
/// more. Cells of all stages begin at the patch's first pixel.
/// @param first, second  sides of the stages' results; the last ones belong together, whatever the
///                       number of the second's stages
std::vector<CommonGrid> common_grids(const std::vector<int>& first, const std::vector<int>& second,
                                     const at::Device& device);

}  // namespace siamtrack::training
