// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/gst.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bridge/analytics_meta.h"
#include "bridge/target_record.h"
#include "settings.h"
#include "siamtrack/plugin_api.h"

namespace siamtrack::tracker {

/// Something an application wants to hear about a target.
struct StateChange {
  bridge::TargetRecord record;  ///< as it is now
  bridge::TargetState before;
  const char* reason;  ///< "init", "low-score", "recovered", "lost", "refound", "removed", ...
};

/// A target to be started.
struct Start {
  bridge::TargetRecord record;
  bool guessed_box = false;     ///< as in TrackConfig
  bool on_still_frame = false;  ///< drawn on the picture that was shown while PAUSED, if any
  bool id_known = false;        ///< to the application, which wants to hear of it
};

/// The targets one element follows. Used by the streaming thread alone.
class Targets {
 public:
  bool empty() const { return targets_.empty(); }
  std::size_t size() const { return targets_.size(); }

  /// Where the targets are that are not lost.
  std::vector<Box> alive() const;

  /// Gives all targets another model; each starts anew from its box in `frame`, under its old id.
  /// Throws Error from the model; then nothing has changed.
  void exchange_model(const PluginModel& model, const FrameView& frame, const TrackConfig& config);

  /// Starts a target at its record's box. Throws Error from the model.
  /// @param time  running time of the frame
  void start(const PluginModel& model, Start what, const Settings& settings, const FrameView& frame,
             GstClockTime time);

  /// Starts the target that has the record's id anew, from the record's box; it keeps its label.
  /// Throws Error from the model; then nothing has changed.
  /// @return  false when no target has that id
  bool correct(const PluginModel& model, const Start& what, const Settings& settings,
               const FrameView& frame, GstClockTime time);

  /// Lets the lost targets of the record's label look at its box, those first that were lost last,
  /// after this frame's track() or coast(). Throws Error from the model.
  /// @return  true when one of them is found there
  bool recognise(const PluginModel& model, const bridge::TargetRecord& detected,
                 const Settings& settings, const FrameView& frame, GstClockTime time);

  /// One tracking step of all targets. Throws Error; then nothing has changed.
  void track(const PluginModel& model, const FrameView& frame, const Settings& settings,
             GstClockTime time);

  /// Moves the boxes of believed targets on by their velocity, without looking at a frame.
  void coast(const Settings& settings);

  void configure(const TrackConfig& config);
  void rescale(Size from, Size to);
  void remove(std::uint64_t id, const char* reason);

  /// Removes the smallest target whose box holds the point, frame pixels.
  void remove_at(bridge::Point point, const char* reason);
  void clear(const char* reason);

  /// Removes the target that has been lost longest; false when none is lost.
  bool remove_lost(const char* reason);

  std::vector<bridge::TargetRecord> records() const;
  std::vector<bridge::SeenTimes> seen() const;

  /// State changes since the last call, oldest first.
  std::vector<StateChange> take_changes();

 private:
  struct Target {
    std::unique_ptr<PluginTarget> track;
    bridge::TargetRecord record;
    bridge::SeenTimes seen;
    GstClockTime lost_since = GST_CLOCK_TIME_NONE;
    bridge::Point tracked_centre;  ///< of the last tracking step
    unsigned frames_since_step = 0;
  };

  std::vector<Target>::iterator find(std::uint64_t id);
  void apply(Target& target, const TrackResult& result, const Settings& settings,
             GstClockTime time);
  void change_state(Target& target, bridge::TargetState state, GstClockTime time);
  void give_up_lost(const Settings& settings, GstClockTime time);

  std::vector<Target> targets_;
  std::vector<StateChange> changes_;
};

}  // namespace siamtrack::tracker
