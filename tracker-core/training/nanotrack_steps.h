// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>
#include <vector>

#include "nn/forward.h"
#include "nn/heads/nanotrack.h"

namespace siamtrack::training {

/// Side of each stage's result, cells. @param patch  side of what the first gets, px
std::vector<int> stage_sides(const std::vector<nn::Sequence>& stages, int patch);

/// NanoTrack v3 (spec section 11.1) cut into steps whose results can be looked at and replaced: a
/// teacher and a student of the same shape go through the same steps in the same order.
class NanoTrackSteps {
 public:
  /// Gets the result of a step, numbered from 0; what it returns goes on to the next step.
  using Observer = std::function<at::Tensor(int step, const at::Tensor& result)>;

  struct Output {
    at::Tensor logits;         ///< [B, 2, 15, 15]: background, target
    at::Tensor log_distances;  ///< left, top, right, bottom; log of crop px [B, 4, 15, 15]
  };

  NanoTrackSteps();

  /// The form for nn::Mode::kInference; changes `weights` to match.
  NanoTrackSteps prepared(nn::Weights& weights) const;

  /// Every layer, for keys, shapes and initial weights. It is no network that could be run.
  nn::Sequence layers() const;

  /// Whether `step` is the backbone's last, on the exemplar or on the search patch.
  bool is_feature(int step) const;

  /// Side of each stage's result of the backbone, cells. @param patch  side, px
  std::vector<int> stage_sides(int patch) const;
  /// Side of the answer, cells. @param patch  side of the search patch, px
  int response_side(int patch) const;

  /// The whole network on pairs.
  /// @param z  exemplars [B, 3, 127, 127], [0, 255]
  /// @param x  search patches [B, 3, 255, 255], [0, 255]
  Output run(const nn::Weights& weights, at::Tensor z, at::Tensor x, nn::Mode mode,
             const Observer& observe) const;

 private:
  struct Branch {
    nn::Sequence pixel_kernel, pixel_search, pixel_after;
    nn::Sequence depth_kernel, depth_search;
    std::vector<nn::Sequence> tower;
  };
  static Branch split(const nn::NanoTrackBranch& branch);
  static std::vector<nn::Sequence*> parts(Branch& branch);

  std::vector<nn::Sequence> stages_;
  Branch classification_, regression_;
};

}  // namespace siamtrack::training
