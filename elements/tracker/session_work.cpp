// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string_view>
#include <utility>

#include "bridge/analytics_meta.h"
#include "bridge/core_library.h"
#include "bridge/roi_meta.h"
#include "bridge/track_meta.h"
#include "bridge/video_frame_map.h"
#include "seeds.h"
#include "session.h"

/// The part of Session that looks at pixels and speaks of what it saw.
namespace siamtrack::tracker {

void Session::work(GstBuffer* buffer, bool step) {
  std::shared_ptr<const PluginModel> model;
  {
    const std::lock_guard lock(shared_.mutex);
    model = shared_.model;
  }
  const bool exchange = model != model_;
  if (!step && !exchange) targets_.coast(settings_);
  if (step || exchange || has_orders()) look_at(buffer, std::move(model), step);
}

void Session::look_at(GstBuffer* buffer, std::shared_ptr<const PluginModel> model, bool step) {
  const bridge::VideoFrameMap map(info_, buffer);
  if (still_frame_ != nullptr && !targets_.empty() && !corrections_.empty()) {
    correct_targets(bridge::VideoFrameMap(info_, still_frame_).view(), true);
  }
  if (step || model != model_) track(map.view());
  exchange_model(std::move(model), map.view());
  if (targets_.empty() && still_frame_ != nullptr) {
    start_targets(bridge::VideoFrameMap(info_, still_frame_).view(), true);
    track(map.view());
  }
  correct_targets(map.view(), false);
  recognise(map.view());
  start_targets(map.view(), false);
}

void Session::track(const FrameView& frame) {
  if (targets_.empty()) return;
  const GstClockTime begin = gst_util_get_timestamp();
  targets_.track(*model_, frame, settings_, times_.running_time);
  ++stats_.tracked;
  lateness_.stepped();
  if (stopwatch_.note(gst_util_get_timestamp() - begin) && lateness_.live()) {
    gst_element_post_message(element_, gst_message_new_latency(GST_OBJECT(element_)));
  }
}

void Session::exchange_model(std::shared_ptr<const PluginModel> model, const FrameView& frame) {
  if (model == model_) return;
  for (const bridge::TargetRecord& record : targets_.records()) {
    if (record.state == bridge::TargetState::kLost) {
      targets_.remove(record.id, "model-changed");  // there is nothing to make a template of
    } else if (!bridge::core_api().check_box(record.box, frame_size()).empty()) {
      targets_.remove(record.id, "outside-frame");
    }
  }
  targets_.exchange_model(*model, frame, settings_.track);
  model_ = std::move(model);
  stopwatch_.reset();
}

void Session::correct_targets(const FrameView& frame, bool still) {
  std::erase_if(corrections_, [&](const Start& start) {
    if (still && !start.on_still_frame) return false;
    if (!targets_.correct(*model_, start, settings_, frame, times_.running_time)) {
      rejections_.push_back({start.record.id, start.record.box, "unknown-id"});
    }
    return true;
  });
}

void Session::start_targets(const FrameView& frame, bool still) {
  std::erase_if(inits_, [&](const Start& start) {
    if (still && !start.on_still_frame) return false;
    targets_.start(*model_, start, settings_, frame, times_.running_time);
    ++stats_.inits;
    return true;
  });
}

/// What detectors found becomes a target of its own unless a lost one knows itself in it.
void Session::recognise(const FrameView& frame) {
  if (detected_.empty()) return;
  for (Start& start : std::exchange(detected_, {})) {
    if (is_taken(start.record.box, targets_.alive())) continue;  // by one that was just found again
    if (!targets_.recognise(*model_, start.record, settings_, frame, times_.running_time)) {
      inits_.push_back(std::move(start));
    }
  }
  make_room();
}

void Session::attach(GstBuffer* buffer) {
  if (targets_.empty()) return;
  const bridge::FrameRecord record{frame_size(), targets_.records()};
  if (settings_.output & kOutputMeta) bridge::add_track_meta(buffer, record);
  if (settings_.output & kOutputRoi) bridge::add_roi_metas(buffer, record);
  if (settings_.output & kOutputAnalytics) {
    bridge::add_analytics_metas(buffer, record, targets_.seen());
  }
}

void Session::tell() {
  const std::vector<StateChange> changes = targets_.take_changes();
  const std::vector<Rejection> rejections = std::exchange(rejections_, {});
  for (const StateChange& change : changes) {
    const std::string_view reason = change.reason;
    stats_.lost += reason == "lost";
    stats_.refound += reason == "refound";
  }
  stats_.rejected += rejections.size();
  const bridge::FrameRecord record{frame_size(), targets_.records()};
  {
    const std::lock_guard lock(shared_.mutex);
    shared_.snapshot = record;
    shared_.stats = stats_;
  }
  for (const Rejection& rejection : rejections) {
    post_rejection(element_, rejection, frame_size(), times_);
  }
  if (settings_.messages == Messages::kNone) return;
  for (const StateChange& change : changes) post_state(element_, change, frame_size(), times_);
}

void Session::tell_late() {
  post_qos(element_, lateness_.live(), times_, stats_.tracked, stats_.skipped + stats_.dropped);
}

void Session::keep_still_frame(GstBuffer* buffer) {
  gst_clear_buffer(&still_frame_);
  frames_in_pause_ = GST_STATE(element_) == GST_STATE_PAUSED ? frames_in_pause_ + 1 : 0;
  // With more than one frame on its way, the picture that is shown is not the one seen last.
  if (frames_in_pause_ == 1) still_frame_ = gst_buffer_copy(buffer);
}

}  // namespace siamtrack::tracker
