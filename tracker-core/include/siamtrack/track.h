// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "siamtrack/box.h"
#include "siamtrack/config.h"
#include "siamtrack/export.h"
#include "siamtrack/frame_view.h"
#include "siamtrack/model.h"
#include "siamtrack/result.h"

namespace siamtrack {

/// One target: its template features and its state from frame to frame.
class SIAMTRACK_API Track {
 public:
  /// Starts to follow what `box` shows in `frame`. With models that keep a box's tightness, later
  /// boxes are about as tight or loose as this one, unless config.guessed_box.
  ///
  /// @param box  frame pixels; may reach outside the frame
  /// Throws  Error(kRejectedBox) when check_box() has an objection;
  ///         Error(kUnsupportedInput) when the frame cannot be read;
  ///         Error(kDevice | kOutOfMemory | kInternal) when the network cannot run
  Track(std::shared_ptr<const Model> model, const TrackConfig& config, const FrameView& frame,
        const Box& box);
  ~Track();
  Track(Track&&) noexcept;
  Track& operator=(Track&&) noexcept;

  /// Follows the target into the next frame. Strong guarantee: after a throw nothing has changed.
  /// Throws  Error(kUnsupportedInput | kDevice | kOutOfMemory | kInternal) as the constructor
  TrackResult update(const FrameView& frame);

  /// The result of the last frame (of the initial box before any update).
  const TrackResult& result() const noexcept;

  /// New thresholds and search rules, from the next frame on; the state stays as it is.
  void configure(const TrackConfig& config);

  /// Where the target may be if it is lost, as a detector says: the next frame is searched about
  /// this box, and not where redetection would look. It is forgotten with that frame, and a target
  /// that is not lost takes no notice.
  /// @param box  frame pixels, both sides above 0
  void suggest(const Box& box);

  /// Moves and resizes the state, as when the video changes from size `from` to size `to`.
  /// Requires  both sizes above 0
  void rescale(Size from, Size to);

  struct Impl;
  Impl& impl() noexcept { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Follows several targets of one model into the same frame: on a GPU in one forward pass a look,
/// on the CPU one target per thread at a time.
///
/// @param tracks  not null, distinct, all made with the same Model
/// @return        one result per track, in order
/// Ensures  each result equals that of Track::update() alone, up to float rounding; but no lost
///          target is found where another one of `tracks` is followed
/// Throws   as Track::update(), with its guarantee for all tracks together, and
///          Error(kInvalidArgument) for tracks of several models
/// Threads  different tracks of one model may be updated from different threads at once
SIAMTRACK_API std::vector<TrackResult> update_all(std::span<Track* const> tracks,
                                                  const FrameView& frame);

/// Why `box` cannot be tracked in a frame of this size: "not-a-number", "zero", "too-small",
/// "outside-frame"; empty when it can.
SIAMTRACK_API std::string check_box(const Box& box, Size frame);

}  // namespace siamtrack
