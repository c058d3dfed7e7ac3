// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/pair_plan.h"

#include <ATen/ATen.h>

#include <cstring>
#include <opencv2/core.hpp>

namespace siamtrack::training {
namespace {

constexpr int kHalf = 127;  // a pixel that is cut from a mask belongs to the object from there on

/// CV_8U, 255 inside; empty where there is none.
cv::Mat outline(const PairPlan& pair, const Cache& cache) {
  if (!pair.target || pair.mask.empty()) return pair.drawn_mask;
  return cut(cache.mask(pair.mask), pair.search.view, cv::Scalar::all(0)) > kHalf;
}

}  // namespace

const cv::Mat& Pictures::of(const Frame& frame) {
  for (const auto& [known, picture] : decoded_) {
    if (known == &frame) return picture;
  }
  return decoded_.emplace_back(&frame, cache_.picture(frame.picture)).second;
}

cv::Mat patch_of(const PatchPlan& plan, Pictures& pictures) {
  if (plan.frame == nullptr) return plan.drawn;
  const cv::Scalar border = cv::mean(pictures.of(*plan.border));
  return cut(pictures.of(*plan.frame), plan.view, border);
}

void add_pair(const PairPlan& pair, const Cache& cache, Batch& batch) {
  if (batch.masks.defined()) {
    const cv::Mat mask = outline(pair, cache);
    const auto row = static_cast<std::int64_t>(batch.targets.size());
    if (!mask.empty()) {
      std::memcpy(batch.masks[row].data_ptr<std::uint8_t>(), mask.data, mask.total());
    }
    batch.outlined.push_back(!mask.empty());
  }
  batch.targets.push_back(pair.target);
  batch.distractors.push_back(pair.distractor);
  batch.kinds.push_back(pair.kind);
}

}  // namespace siamtrack::training
