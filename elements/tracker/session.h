// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/base/gstbasetransform.h>
#include <gst/video/video.h>

#include <memory>
#include <vector>

#include "lateness.h"
#include "messages.h"
#include "script.h"
#include "shared_state.h"
#include "targets.h"

namespace siamtrack::tracker {

/// What the element does with the stream: everything here runs in the streaming thread.
class Session {
 public:
  /// @param element  owns this object
  Session(GstElement* element, SharedState& shared, Lateness& lateness, Stopwatch& stopwatch,
          Script script);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// New caps. Throws Error.
  void set_video(const GstVideoInfo& info);

  /// Follows the targets into the frame and attaches what is known of them. Throws Error.
  /// @return  GST_FLOW_OK, or GST_BASE_TRANSFORM_FLOW_DROPPED under late-policy=drop-buffer
  GstFlowReturn process(GstBuffer* buffer, const GstSegment& segment);

  /// The stream jumped: forgets the targets when reset-on has `what`.
  void jump(ResetOn what);

 private:
  void take_orders(GstBuffer* buffer);
  void obey(const std::vector<Request>& requests);
  std::optional<Start> plan(const InitRequest& request);
  void make_room();
  void seed(GstBuffer* buffer);
  void work(GstBuffer* buffer, bool step);
  void look_at(GstBuffer* buffer, std::shared_ptr<const PluginModel> model, bool step);
  void track(const FrameView& frame);
  void exchange_model(std::shared_ptr<const PluginModel> model, const FrameView& frame);
  void correct_targets(const FrameView& frame, bool still);
  void start_targets(const FrameView& frame, bool still);
  void recognise(const FrameView& frame);
  bool step_due(bool late);
  bool has_orders() const;
  void attach(GstBuffer* buffer);
  void tell();
  void tell_late();
  void keep_still_frame(GstBuffer* buffer);
  Size frame_size() const;

  GstElement* element_;
  SharedState& shared_;
  Lateness& lateness_;
  Stopwatch& stopwatch_;
  Script script_;

  GstVideoInfo info_;
  FrameTimes times_;
  Settings settings_;                         ///< copy for this frame
  unsigned generation_ = 0;                   ///< of `settings_`
  std::shared_ptr<const PluginModel> model_;  ///< of all targets
  Targets targets_;
  std::vector<Start> inits_;        ///< to be started on this frame
  std::vector<Start> detected_;     ///< the same, unless they are targets that were lost
  std::vector<Start> corrections_;  ///< targets to be started anew on this frame
  std::vector<Rejection> rejections_;
  Stats stats_;
  unsigned frames_since_step_ = 0;
  unsigned frames_in_pause_ = 0;
  GstBuffer* still_frame_ = nullptr;  ///< the one frame that was seen while PAUSED
};

}  // namespace siamtrack::tracker
