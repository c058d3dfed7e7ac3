// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <vector>

#include "nn/blueprint.h"

namespace siamtrack::bench {

/// The convolutions of a network, called in oneDNN directly: float32, NHWC, activation and
/// shortcut addition fused, weights in the library's own order, every buffer and primitive ready.
/// What lies between the convolutions (pooling, crops, channel gates) is left out, so this is a
/// floor that no real forward pass reaches.
class OneDnnConvolutions {
 public:
  /// @param folded  as prepare_for_inference() returns it
  /// @param size    side of the input, px
  OneDnnConvolutions(const nn::Backbone& folded, int batch, int size);
  void run();

 private:
  struct Step {
    dnnl::primitive primitive;
    std::unordered_map<int, dnnl::memory> arguments;
  };
  struct Builder;

  dnnl::engine engine_;
  dnnl::stream stream_;
  std::vector<Step> steps_;
};

}  // namespace siamtrack::bench
