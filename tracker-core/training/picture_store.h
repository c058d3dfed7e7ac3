// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <map>

#include "training/cache.h"

namespace siamtrack::training {

/// Decoded pictures of a cache in the memory of a device, all in one tensor.
class PictureStore {
 public:
  struct Place {
    std::int64_t first = 0;  ///< row of pixels() that holds the left top pixel
    Size size;
    std::array<float, 3> mean = {};  ///< mean colour, whole grey levels, BGR
  };

  /// Decodes and uploads pictures in the cache's order until `budget` bytes are full; those that
  /// are damaged or do not fit are left out.
  /// Cost  decoding everything once, on all of LibTorch's threads
  PictureStore(const Cache& cache, at::Device device, std::int64_t budget);

  /// Where the picture is; null when it was left out.
  const Place* find(const Frame& frame) const;

  const at::Tensor& pixels() const { return pixels_; }  ///< uint8 [all pixels, 3], BGR
  std::size_t held() const { return places_.size(); }
  std::size_t left_out() const { return left_out_; }

 private:
  at::Tensor pixels_;
  std::map<const Frame*, Place> places_;
  std::size_t left_out_ = 0;
};

}  // namespace siamtrack::training
