// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/pair_plan.h"

#include <opencv2/core.hpp>

namespace siamtrack::training {

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

}  // namespace siamtrack::training
