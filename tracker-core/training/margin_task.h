// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "training/rpn_task.h"

namespace siamtrack::training {

/// SiamMargin: the boxes of the other anchor-based trackers, and a margin between the target's
/// features and all others (margin_loss.h).
class MarginTask final : public RpnTask {
 public:
  using RpnTask::RpnTask;

  StepLoss loss(const nn::Weights& weights, const Batch& batch, double progress) const override;
};

}  // namespace siamtrack::training
