// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core/mat.hpp>

#include "training/cache.h"
#include "training/random.h"

namespace siamtrack::training {

/// An object with an outline in one frame of the cache.
struct Cutout {
  const Frame* frame = nullptr;
  Blob mask;
  Box box;  ///< frame px
};

inline constexpr float kSolid = 0.5F;  // opacity from which a pixel belongs to the object

/// The object itself: its pixels and how opaque each is.
struct Sprite {
  cv::Mat pixels;   ///< CV_8UC3
  cv::Mat opacity;  ///< CV_32F, 0 .. 1
};

/// A sprite that was put over a scene.
struct Pasted {
  Box box;          ///< of the visible sprite's pixels, cut at nothing: it may reach outside
  cv::Mat opacity;  ///< CV_32F, of the scene's size
};

/// Cuts the object out with a soft edge.
/// Throws  Error(kIo) when a picture is damaged
Sprite cut_out(const Cache& cache, const Cutout& cutout);

/// Puts the sprite over `scene` so that the middle of its box lies at (x, y), `scale` times as
/// large and turned by `angle` radians.
Pasted paste(cv::Mat& scene, const Sprite& sprite, double x, double y, double scale, double angle);

}  // namespace siamtrack::training
