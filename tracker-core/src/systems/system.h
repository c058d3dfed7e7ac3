// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "image/crop.h"
#include "nn/weights.h"
#include "systems/look.h"

namespace siamtrack {

/// One published tracker: plan -> (crop) -> backbone -> correlate -> head -> decode. Immutable;
/// all state of a target is in its TrackState and Template.
class System {
 public:
  virtual ~System() = default;

  virtual int exemplar_size() const = 0;
  virtual int instance_size() const = 0;
  virtual ChannelOrder channel_order() const { return ChannelOrder::kBgr; }
  virtual Rounding rounding() const = 0;  ///< of windows to whole pixels

  /// Window of the exemplar patch for the initial box.
  SubWindow exemplar_window(const TrackState& state) const {
    return sub_window(state.centre_x, state.centre_y, context_side(state.width, state.height),
                      rounding());
  }

  /// Template features of one exemplar. @param patch [1, 3, exemplar, exemplar], [0, 255]
  virtual Template embed(const at::Tensor& patch) const = 0;

  /// Search windows about the state's centre. All targets of a batch that have the same patch_side
  /// go through respond() together. A lost target is looked for by planning about other centres
  /// (track/redetection.h); a system with a long-term mode may also look at state.status.
  virtual SearchPlan plan(const TrackState& state, Size frame) const = 0;

  /// How often a frame is looked at for a target in sight. 1 in all published trackers.
  virtual int looks() const { return 1; }

  /// How much of the given box's tightness stays with the target, [0, 1] (track/tightness.h). 0 in
  /// all published trackers.
  virtual double keep_tightness() const { return 0; }

  /// Search windows of every look after the first, about the box that the one before it found.
  virtual SearchPlan closer_plan(const TrackState& state, Size frame) const {
    return plan(state, frame);
  }

  /// The look that follows look `number` (1, 2, ...) of a frame; none: that was the last one.
  /// @param before    the target before the frame
  /// @param found     the target after the look
  /// @param evidence  of the look
  virtual std::optional<Look> next_look(int number, const TrackState& /*before*/,
                                        const TrackState& found, const Evidence& /*evidence*/,
                                        Size frame) const {
    if (number >= looks() || found.status == TrackStatus::kLost) return std::nullopt;
    return Look{found, found, closer_plan(found, frame)};
  }

  /// Backbone, correlation and head for all targets in one batch.
  /// @param patches    [sum of windows, 3, side, side], [0, 255], targets one after another, on the
  ///                   model's device; every target has the same number of windows
  /// @param templates  one per target, not null
  /// @return           one group of response tensors per target, on the CPU
  virtual std::vector<std::vector<at::Tensor>> respond(
      const at::Tensor& patches, std::span<const Template* const> templates) const = 0;

  /// Reads the best candidate off one target's responses. Pure.
  virtual Candidate decode(const std::vector<at::Tensor>& responses, const TrackState& state,
                           const SearchPlan& plan, Size frame) const = 0;

  /// Where a target is looked at once more to be outlined, when all looks are over; none: systems
  /// that draw no outline, or with the box.
  virtual std::optional<SearchPlan> outline_plan(const TrackState& /*found*/) const {
    return std::nullopt;
  }

  /// Outlines of targets whose boxes are known. Only for systems that have an outline_plan().
  /// @param patches    [targets, 3, side, side], [0, 255]
  /// @param templates  one per target  @param found  likewise  @param plans  likewise
  virtual std::vector<Outlined> outline(const at::Tensor& /*patches*/,
                                        std::span<const Template* const> /*templates*/,
                                        std::span<const TrackState> /*found*/,
                                        std::span<const SearchPlan> /*plans*/,
                                        Size /*frame*/) const {
    return {};
  }

  /// How far the box that is told goes from the one that is tracked towards the outline's where
  /// that one fits the given box (track/tightness.h), [0, 1].
  virtual double outline_share() const { return 0; }

  /// The template after a look that found the target; as it was unless overridden.
  /// @param responses  of the look  @param found  decode() of them
  virtual Template renew(const Template& exemplar, const std::vector<at::Tensor>& /*responses*/,
                         const Candidate& /*found*/, const SearchPlan& /*plan*/) const {
    return exemplar;
  }
};

/// Builds the system named by `metadata["architecture"]` with the weights of a model file.
/// Hyper-parameters come from metadata["hyper_parameters"], paper defaults where absent. The
/// weights are already on the device they shall run on.
/// @param preset     key of metadata["presets"]; empty = none
/// @param overrides  JSON object laid over the hyper-parameters and the preset; null = none
/// Throws  Error(kModelInvalid) naming the key or value, expected and found;
///         Error(kInvalidArgument) for a preset that there is not
std::unique_ptr<const System> make_system(const nlohmann::json& metadata, nn::Weights weights,
                                          const std::string& preset,
                                          const nlohmann::json& overrides);

}  // namespace siamtrack
