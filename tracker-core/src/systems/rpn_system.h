// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "decode/logit_line.h"
#include "decode/rpn_update.h"
#include "systems/hyper_parameters.h"
#include "systems/system.h"

namespace siamtrack {

/// Test-time hyper-parameters that all region proposal trackers share (spec sections 1 and 2).
struct RpnSystemParameters {
  RpnParameters decode;
  int exemplar_size = 127;  ///< network px
  int instance_size = 255;  ///< network px
  /// Patch side for targets that are small in the frame; 0 = instance_size (DaSiamRPN, SiamRPN+).
  int small_instance_size = 0;
  double small_area = 0.004;  ///< initial box / frame below which a target is small
  /// Largest patch side while the target is lost; 0 = instance_size (SiamRPN++ long-term).
  int lost_instance_size = 0;
  /// Growth of a lost target's patch side per frame up to the largest (DaSiamRPN sec. 3.5
  /// "local-to-global"); 0 = at once.
  int lost_instance_step = 0;
  double lost_window_influence = 0.001;
  int looks = 1;  ///< at a frame, each about the box of the one before (not published)
  /// Patch side of the looks after the first, which have less to search; 0 = as the first.
  int closer_instance_size = 0;
  double keep_tightness = 0;  ///< [0, 1] (track/tightness.h; not published)
  /// Boxes are read off from where the window lies in whole pixels. False, as published: from where
  /// it was wanted, which is half a pixel further to the right and below in the mean.
  bool exact_windows = false;
};

/// Reads "penalty_k", "window_influence", "learning_rate", "exemplar_size", "instance_size",
/// "small_instance_size", "small_area", "lost_instance_size", "lost_instance_step",
/// "lost_window_influence", "looks", "closer_instance_size", "keep_tightness" and "exact_windows".
/// Throws  Error(kModelInvalid) for values out of range
RpnSystemParameters read_rpn_parameters(HyperParameters& values,
                                        const RpnSystemParameters& defaults);

/// Throws  Error(kModelInvalid) unless each search patch that `parameters` allow gets a response
/// @param response_side  of a patch of so many px, cells; less than 1: the patch is too small
void check_patches(const RpnSystemParameters& parameters,
                   const std::function<int(int)>& response_side);

/// How the raw score becomes a confidence: metadata["confidence"] = {"slope": ..., "centre": ...}.
LogitLine read_score_calibration(const nlohmann::json& metadata);

/// The part that all region proposal trackers have in common: square search windows about the last
/// place, penalties, cosine window and update (SiamRPN sec. 4.3). What differs, the network and its
/// maps, is in the derived classes.
class RpnSystem : public System {
 public:
  RpnSystem(const RpnSystemParameters& parameters, const LogitLine& calibration, Rounding rounding);

  int exemplar_size() const override { return parameters_.exemplar_size; }
  int instance_size() const override { return parameters_.instance_size; }
  int looks() const override { return parameters_.looks; }
  double keep_tightness() const override { return parameters_.keep_tightness; }
  Rounding rounding() const override { return rounding_; }
  SearchPlan plan(const TrackState& state, Size frame) const override;
  SearchPlan closer_plan(const TrackState& state, Size frame) const override;
  Candidate decode(const std::vector<at::Tensor>& responses, const TrackState& state,
                   const SearchPlan& plan, Size frame) const override;

 protected:
  /// Reads the boxes off one target's responses to a patch of this side, px.
  virtual Proposals proposals(const std::vector<at::Tensor>& responses, int patch_side) const = 0;

  /// Scores to rank the proposals with instead of their own, given the choice these lead to; empty
  /// = keep that choice.
  virtual std::vector<float> rerank(const std::vector<at::Tensor>& /*responses*/,
                                    const Proposals& /*proposals*/, const Choice& /*first*/) const {
    return {};
  }

  /// What is told about the chosen proposal beside its box; nothing unless overridden.
  virtual void describe(Candidate& /*candidate*/, const std::vector<at::Tensor>& /*responses*/,
                        const Choice& /*choice*/, const TrackState& /*state*/,
                        const SearchPlan& /*plan*/, Size /*frame*/) const {}

  const RpnSystemParameters& parameters() const { return parameters_; }

  /// Whether a target of this area, frame px^2, is small in the frame.
  bool is_small(double area, Size frame) const;

  /// One square window about the state's centre.
  /// @param context  px of the patch that the target's context square spans; 0: exemplar_size
  SearchPlan plan_of(const TrackState& state, int patch_side, int context = 0) const;

 private:
  int patch_side(const TrackState& state, Size frame) const;

  RpnSystemParameters parameters_;
  LogitLine calibration_;
  Rounding rounding_;
};

/// One group [1, channels of all maps, N, N] on the CPU for each target: a single copy off the
/// device.
/// @param maps  [B, channels, N, N], same B and N
std::vector<std::vector<at::Tensor>> to_responses(const std::vector<at::Tensor>& maps);

/// The kernels of several targets, one batch for each place in the template.
std::vector<at::Tensor> batch_templates(std::span<const Template* const> templates);

}  // namespace siamtrack
