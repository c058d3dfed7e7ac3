// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <utility>

#include "targets.h"
#include "trail.h"

/// The part of Targets that goes from one frame to the next.
namespace siamtrack::tracker {
namespace {

using bridge::Point;
using bridge::TargetRecord;
using bridge::TargetState;
using bridge::to_polygon;

/// Weight of the newest displacement in the velocity; the rest is the velocity so far.
constexpr double kVelocityGain = 0.5;

TargetState to_state(TrackStatus status) {
  switch (status) {
    case TrackStatus::kTracking:
      return TargetState::kTracking;
    case TrackStatus::kUncertain:
      return TargetState::kUncertain;
    case TrackStatus::kLost:
      break;
  }
  return TargetState::kLost;
}

const char* reason_for(TargetState before, TargetState now) {
  if (now == TargetState::kLost) return "lost";
  if (now == TargetState::kUncertain) return "low-score";
  return before == TargetState::kLost ? "refound" : "recovered";
}

std::optional<bridge::TargetMask> to_mask(const std::optional<Mask>& mask) {
  if (!mask) return std::nullopt;
  bridge::TargetMask result;
  result.box = {double(mask->x), double(mask->y), double(mask->size.width),
                double(mask->size.height)};
  result.size = mask->size;
  result.pixels = {g_bytes_new(mask->pixels.data(), mask->pixels.size()), g_bytes_unref};
  return result;
}

}  // namespace

void Targets::track(const PluginModel& model, const FrameView& frame, const Settings& settings,
                    GstClockTime time) {
  std::vector<PluginTarget*> tracks;
  tracks.reserve(targets_.size());
  for (const Target& target : targets_) tracks.push_back(target.track.get());
  const std::vector<TrackResult> results = model.update(tracks, frame);
  for (std::size_t i = 0; i < results.size(); ++i) apply(targets_[i], results[i], settings, time);
  give_up_lost(settings, time);
}

bool Targets::recognise(const PluginModel& model, const TargetRecord& detected,
                        const Settings& settings, const FrameView& frame, GstClockTime time) {
  constexpr std::size_t kMostLooks = 4;  // each takes the time of a tracking step
  if (settings.track.redetect == Redetect::kNone) return false;
  std::vector<Target*> lost;
  for (Target& target : targets_) {
    const TargetRecord& record = target.record;
    if (record.state == TargetState::kLost && record.label == detected.label) {
      lost.push_back(&target);
    }
  }
  std::ranges::stable_sort(lost, {}, [](const Target* target) { return target->record.unseen; });
  lost.resize(std::min(lost.size(), kMostLooks));
  for (Target* target : lost) {
    PluginTarget* const track = target->track.get();
    track->suggest(detected.box);
    const TrackResult result = model.update({&track, 1}, frame).front();
    if (result.status == TrackStatus::kLost) continue;
    // This frame was counted when the target was not found.
    --target->record.age;
    if (!target->record.trail.empty()) target->record.trail.pop_back();
    apply(*target, result, settings, time);
    return true;
  }
  return false;
}

void Targets::apply(Target& target, const TrackResult& result, const Settings& settings,
                    GstClockTime time) {
  TargetRecord& record = target.record;
  const TargetState state = to_state(result.status);
  const Point now = centre(result.box);
  const double frames = ++target.frames_since_step;
  if (state == TargetState::kTracking && record.state == TargetState::kTracking) {
    const Point step{(now.x - target.tracked_centre.x) / frames,
                     (now.y - target.tracked_centre.y) / frames};
    record.velocity = {record.velocity.x + kVelocityGain * (step.x - record.velocity.x),
                       record.velocity.y + kVelocityGain * (step.y - record.velocity.y)};
  } else {
    record.velocity = {};
  }
  target.tracked_centre = now;
  target.frames_since_step = 0;
  record.box = result.box;
  record.score = result.score;
  record.rotated = result.rotated;
  record.polygon = to_polygon(result.rotated);
  record.mask = to_mask(result.mask);
  record.predicted = false;
  ++record.age;
  record.unseen = state == TargetState::kTracking ? 0 : record.unseen + 1;
  if (state == TargetState::kTracking) target.seen.last = time;
  extend_trail(record, settings.trail_length);
  change_state(target, state, time);
}

void Targets::change_state(Target& target, TargetState state, GstClockTime time) {
  const TargetState before = std::exchange(target.record.state, state);
  if (before == state) return;
  target.lost_since = state == TargetState::kLost ? time : GST_CLOCK_TIME_NONE;
  changes_.push_back({target.record, before, reason_for(before, state)});
}

void Targets::coast(const Settings& settings) {
  for (Target& target : targets_) {
    TargetRecord& record = target.record;
    ++target.frames_since_step;
    ++record.age;
    record.predicted = true;
    record.mask.reset();
    if (record.state == TargetState::kTracking) {
      record.box.x += record.velocity.x;
      record.box.y += record.velocity.y;
      if (record.rotated) {
        record.rotated->centre_x += record.velocity.x;
        record.rotated->centre_y += record.velocity.y;
        record.polygon = to_polygon(record.rotated);
      }
    } else {
      ++record.unseen;
    }
    extend_trail(record, settings.trail_length);
  }
}

}  // namespace siamtrack::tracker
