// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session.h"

#include <algorithm>
#include <utility>

#include "bridge/core_library.h"
#include "seeds.h"

namespace siamtrack::tracker {
namespace {

/// However late the stream runs, this often a step is made, or the targets would be left behind.
constexpr unsigned kLongestCoast = 10;  // frames

}  // namespace

Session::Session(GstElement* element, SharedState& shared, Lateness& lateness, Stopwatch& stopwatch,
                 Script script)
    : element_(element),
      shared_(shared),
      lateness_(lateness),
      stopwatch_(stopwatch),
      script_(std::move(script)) {
  gst_video_info_init(&info_);
}

Session::~Session() { gst_clear_buffer(&still_frame_); }

Size Session::frame_size() const {
  return {GST_VIDEO_INFO_WIDTH(&info_), GST_VIDEO_INFO_HEIGHT(&info_)};
}

void Session::set_video(const GstVideoInfo& info) {
  const Size before = frame_size();
  const Size after{GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info)};
  gst_clear_buffer(&still_frame_);
  // What ends here is told of in pixels of the old frame.
  if (before != after && !targets_.empty()) jump(kResetOnCaps);
  info_ = info;
  if (before != after) targets_.rescale(before, after);
}

void Session::jump(ResetOn what) {
  gst_clear_buffer(&still_frame_);
  frames_in_pause_ = 0;
  // Behind a queue that leaks, every frame is discontinuous; its step would never be due.
  if (what != kResetOnDiscont) frames_since_step_ = 0;
  // The first segment is where the stream begins, every other one a jump.
  if (what == kResetOnFlush || (what == kResetOnSegment && stats_.frames > 0)) script_.jump();
  {
    const std::lock_guard lock(shared_.mutex);
    settings_.reset_on = shared_.settings.reset_on;
  }
  if ((settings_.reset_on & what) == 0) return;
  targets_.clear(what == kResetOnFlush     ? "flush"
                 : what == kResetOnDiscont ? "discont"
                 : what == kResetOnSegment ? "segment"
                                           : "caps");
  tell();
}

GstFlowReturn Session::process(GstBuffer* buffer, const GstSegment& segment) {
  times_ = frame_times(segment, buffer);
  if (GST_CLOCK_TIME_IS_VALID(times_.stream_time)) {
    gst_object_sync_values(GST_OBJECT(element_), times_.stream_time);
  }
  if (GST_BUFFER_IS_DISCONT(buffer) && !targets_.empty()) jump(kResetOnDiscont);
  ++stats_.frames;
  take_orders(buffer);
  const bool late = settings_.late_policy != LatePolicy::kTrackAll && !has_orders() &&
                    !targets_.empty() && lateness_.late(element_, times_);
  if (late && settings_.late_policy == LatePolicy::kDropBuffer) {
    ++stats_.dropped;
    tell_late();
    tell();
    return GST_BASE_TRANSFORM_FLOW_DROPPED;
  }
  work(buffer, step_due(late));
  attach(buffer);
  tell();
  if (settings_.messages == Messages::kAll) {
    post_result(element_, {frame_size(), targets_.records()}, times_);
  }
  keep_still_frame(buffer);
  return GST_FLOW_OK;
}

void Session::take_orders(GstBuffer* buffer) {
  std::vector<Request> requests;
  bool changed = false;
  {
    const std::lock_guard lock(shared_.mutex);
    requests = std::exchange(shared_.requests, {});
    changed = generation_ != shared_.generation;
    if (changed) {
      settings_ = shared_.settings;
      generation_ = shared_.generation;
    }
  }
  if (changed) targets_.configure(settings_.track);
  inits_.clear();
  detected_.clear();
  corrections_.clear();
  obey(requests);
  seed(buffer);
  make_room();
}

void Session::obey(const std::vector<Request>& requests) {
  const GstClockTime now = times_.stream_time;
  std::vector<InitRequest> due;
  for (const Request& request : requests) {
    if (const auto* init = std::get_if<InitRequest>(&request)) {
      if (init->due > 0) {
        script_.add(*init);
      } else {
        due.push_back(*init);
      }
    } else if (const auto* removal = std::get_if<RemoveRequest>(&request)) {
      targets_.remove(removal->id, "removed");
      std::erase_if(due, [&](const auto& planned) { return planned.id == removal->id; });
    } else if (const auto* click = std::get_if<RemoveAtRequest>(&request)) {
      targets_.remove_at({click->place.x, click->place.y}, "removed");
    } else {
      targets_.clear("cleared");
      script_.forget(Origin::kBox);
      due.clear();
    }
  }
  if (GST_CLOCK_TIME_IS_VALID(now)) {
    const GstClockTime duration = GST_CLOCK_TIME_IS_VALID(times_.duration) ? times_.duration : 0;
    const std::vector<InitRequest> scripted = script_.take_due(now, duration);
    due.insert(due.begin(), scripted.begin(), scripted.end());
  }
  for (const InitRequest& request : due) {
    std::optional<Start> start = plan(request);
    if (start) (request.corrects ? corrections_ : inits_).push_back(*std::move(start));
  }
}

void Session::seed(GstBuffer* buffer) {
  if ((settings_.init_from & (kInitFromRoiMeta | kInitFromAnalyticsMeta)) == 0) return;
  std::vector<Box> taken = targets_.alive();
  for (const Start& start : inits_) taken.push_back(start.record.box);
  for (const InitRequest& request :
       seeds(buffer, settings_, std::move(taken), frame_size(), bridge::core_api().check_box)) {
    if (std::optional<Start> start = plan(request)) detected_.push_back(*std::move(start));
  }
}

/// The start that is asked for; nothing when it was rejected.
std::optional<Start> Session::plan(const InitRequest& request) {
  const std::optional<Box> box = resolve(request, settings_, frame_size());
  const std::string objection =
      box ? bridge::core_api().check_box(*box, frame_size()) : "not-a-number";
  if (!box || !objection.empty()) {
    rejections_.push_back({request.id, box.value_or(Box{}), objection});
    return std::nullopt;
  }
  Start start;
  start.guessed_box = std::holds_alternative<ClickPlace>(request.place);
  start.on_still_frame = request.origin != Origin::kStream && request.due == 0;
  start.id_known = request.origin == Origin::kAction;
  bridge::TargetRecord& first = start.record;
  first.id = request.id;
  first.label = request.label.empty() ? settings_.label : request.label;
  first.box = *box;
  first.parent = request.parent;
  return start;
}

void Session::make_room() {
  if (inits_.empty()) return;
  if (settings_.max_targets == 1) {
    for (; inits_.size() > 1; inits_.erase(inits_.begin())) {
      const Start& first = inits_.front();
      if (first.id_known) rejections_.push_back({first.record.id, first.record.box, "replaced"});
    }
    targets_.clear("replaced");
    return;
  }
  while (targets_.size() + inits_.size() > settings_.max_targets &&
         targets_.remove_lost("replaced")) {
  }
  while (!inits_.empty() && targets_.size() + inits_.size() > settings_.max_targets) {
    const bridge::TargetRecord& newest = inits_.back().record;
    rejections_.push_back({newest.id, newest.box, "too-many"});
    inits_.pop_back();
  }
}

/// Whether something is to be started on this frame.
bool Session::has_orders() const {
  return !inits_.empty() || !detected_.empty() || !corrections_.empty();
}

bool Session::step_due(bool late) {
  if (targets_.empty()) return false;
  ++frames_since_step_;
  if (frames_since_step_ < settings_.interval) return false;
  if (late && frames_since_step_ < std::max(kLongestCoast, settings_.interval)) {
    ++stats_.skipped;
    tell_late();
    return false;
  }
  frames_since_step_ = 0;
  return true;
}

}  // namespace siamtrack::tracker
