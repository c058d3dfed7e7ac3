// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core/mat.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "training/augment.h"
#include "training/batch.h"
#include "training/cache.h"
#include "training/patch.h"

/// What has been decided about a training pair before any pixel is made: the same decisions serve
/// the CPU, one patch after another, and a device, a whole batch at once.
namespace siamtrack::training {

/// Where the pixels of one patch come from, and how they are changed then.
struct PatchPlan {
  const Frame* frame = nullptr;   ///< cut from this frame of the cache; null: `drawn` it is
  const Frame* border = nullptr;  ///< the frame whose mean colour lies outside of `frame`
  PatchView view;
  cv::Mat drawn;  ///< CV_8UC3
  PixelChange change;
};

struct PairPlan {
  PatchPlan exemplar, search;
  std::optional<Box> target;      ///< as in Batch
  std::optional<Box> distractor;  ///< as in Batch
  Blob mask;                      ///< outline of the target in the frame of `search`, where known
  cv::Mat drawn_mask;             ///< the same in the patch, where `search` is drawn
  PairKind kind = PairKind::kTrack;
};

/// Frames of a cache, each decoded once.
class Pictures {
 public:
  explicit Pictures(const Cache& cache) : cache_(cache) {}

  /// Throws  Error(kIo) when the picture is damaged
  const cv::Mat& of(const Frame& frame);

 private:
  const Cache& cache_;
  std::vector<std::pair<const Frame*, cv::Mat>> decoded_;
};

/// The patch before its pixels are changed, CV_8UC3.
/// Throws  Error(kIo) when a picture is damaged
cv::Mat patch_of(const PatchPlan& plan, Pictures& pictures);

/// Adds what is known about one more pair to a batch, and its outline where there are `masks`.
/// Throws  Error(kIo) when a mask is damaged
void add_pair(const PairPlan& pair, const Cache& cache, Batch& batch);

}  // namespace siamtrack::training
