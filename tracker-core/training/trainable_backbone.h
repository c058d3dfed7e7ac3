// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <set>
#include <string>
#include <vector>

#include "nn/blueprint.h"
#include "nn/weights.h"

namespace siamtrack::training {

/// From `progress` (0 .. 1) on, the last `units` units of the backbone are trained.
struct UnfreezeStep {
  double progress = 0;
  int units = 0;
};

/// A backbone in training. Its first layers may be frozen: they run with their running statistics
/// and without gradient. A unit is one cropping-inside unit of SiamDW's networks; in other networks
/// it is a stage, as "layer4" in pysot's configurations.
class TrainableBackbone {
 public:
  /// @param steps  in the order of time; none: everything is trained from the start
  TrainableBackbone(nn::Backbone plain, const std::vector<UnfreezeStep>& steps);

  /// As the blueprint has it.
  const nn::Backbone& plain() const { return plain_; }
  const nn::Sequence& first_layers() const { return plain_.stages.front(); }

  bool frozen(const std::string& key, double progress) const;

  /// Features of each output, unfrozen layers in training mode.
  std::vector<at::Tensor> features(const nn::Weights& weights, const at::Tensor& x,
                                   double progress) const;

 private:
  using Keys = std::set<std::string, std::less<>>;
  struct Row {
    double progress = 0;
    Keys frozen;
  };
  Keys before_last(int units) const;
  const Keys& frozen_at(double progress) const;

  nn::Backbone plain_;
  nn::Backbone form_;  ///< the same function with valid convolutions where crops allow it
  std::vector<Row> rows_;
  Keys none_;
};

}  // namespace siamtrack::training
