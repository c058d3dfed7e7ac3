// SPDX-License-Identifier: LGPL-2.1-or-later
#include "targets.h"

#include <algorithm>
#include <utility>

namespace siamtrack::tracker {
namespace {

using bridge::Point;
using bridge::TargetRecord;
using bridge::TargetState;

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

std::vector<Point> to_polygon(const std::optional<RotatedBox>& box) {
  std::vector<Point> polygon;
  if (!box) return polygon;
  for (const auto& [x, y] : corners(*box)) polygon.push_back({x, y});
  return polygon;
}

Point centre(const Box& box) { return {box.centre_x(), box.centre_y()}; }

void extend_trail(TargetRecord& record, unsigned length) {
  if (length > 0) record.trail.push_back(centre(record.box));
  if (record.trail.size() > length) {
    record.trail.erase(record.trail.begin(), record.trail.end() - length);
  }
}

}  // namespace

std::vector<Box> Targets::alive() const {
  std::vector<Box> boxes;
  for (const Target& target : targets_) {
    if (target.record.state != TargetState::kLost) boxes.push_back(target.record.box);
  }
  return boxes;
}

void Targets::exchange_model(const PluginModel& model, const FrameView& frame,
                             const TrackConfig& config) {
  std::vector<std::unique_ptr<PluginTarget>> tracks;
  tracks.reserve(targets_.size());
  for (const Target& target : targets_) {
    tracks.push_back(model.start(config, frame, target.record.box));
  }
  for (std::size_t i = 0; i < tracks.size(); ++i) targets_[i].track = std::move(tracks[i]);
}

void Targets::start(const PluginModel& model, Start what, const Settings& settings,
                    const FrameView& frame, GstClockTime time) {
  TargetRecord& first = what.record;
  TrackConfig config = settings.track;
  config.guessed_box = what.guessed_box;
  Target target;
  target.track = model.start(config, frame, first.box);
  first.state = TargetState::kTracking;
  first.score = 1;
  first.box = target.track->result().box;  // the core cuts boxes larger than the frame
  extend_trail(first, settings.trail_length);
  target.tracked_centre = centre(first.box);
  target.record = std::move(first);
  target.seen = {time, time};
  changes_.push_back({target.record, TargetState::kIdle, "init"});
  targets_.push_back(std::move(target));
}

void Targets::track(const PluginModel& model, const FrameView& frame, const Settings& settings,
                    GstClockTime time) {
  std::vector<PluginTarget*> tracks;
  tracks.reserve(targets_.size());
  for (const Target& target : targets_) tracks.push_back(target.track.get());
  const std::vector<TrackResult> results = model.update(tracks, frame);
  for (std::size_t i = 0; i < results.size(); ++i) apply(targets_[i], results[i], settings, time);
  give_up_lost(settings, time);
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

void Targets::give_up_lost(const Settings& settings, GstClockTime time) {
  if (settings.lost_timeout == 0 || !GST_CLOCK_TIME_IS_VALID(time)) return;
  std::vector<std::uint64_t> given_up;
  for (const Target& target : targets_) {
    if (GST_CLOCK_TIME_IS_VALID(target.lost_since) && time >= target.lost_since &&
        time - target.lost_since >= settings.lost_timeout) {
      given_up.push_back(target.record.id);
    }
  }
  for (const std::uint64_t id : given_up) remove(id, "timeout");
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

void Targets::configure(const TrackConfig& config) {
  for (Target& target : targets_) target.track->configure(config);
}

void Targets::rescale(Size from, Size to) {
  const double scale_x = double(to.width) / std::max(1, from.width);
  const double scale_y = double(to.height) / std::max(1, from.height);
  const auto scaled = [&](Point point) { return Point{point.x * scale_x, point.y * scale_y}; };
  for (Target& target : targets_) {
    target.track->rescale(from, to);
    TargetRecord& record = target.record;
    record.box = {record.box.x * scale_x, record.box.y * scale_y, record.box.width * scale_x,
                  record.box.height * scale_y};
    record.velocity = scaled(record.velocity);
    record.rotated.reset();
    record.polygon.clear();
    record.mask.reset();
    target.tracked_centre = scaled(target.tracked_centre);
    std::transform(record.trail.begin(), record.trail.end(), record.trail.begin(), scaled);
  }
}

void Targets::remove(std::uint64_t id, const char* reason) {
  const auto found = std::find_if(targets_.begin(), targets_.end(),
                                  [id](const Target& target) { return target.record.id == id; });
  if (found == targets_.end()) return;
  const TargetState before = std::exchange(found->record.state, TargetState::kTerminated);
  changes_.push_back({found->record, before, reason});
  targets_.erase(found);
}

void Targets::clear(const char* reason) {
  while (!targets_.empty()) remove(targets_.front().record.id, reason);
}

bool Targets::remove_lost(const char* reason) {
  const auto longest =
      std::max_element(targets_.begin(), targets_.end(), [](const Target& a, const Target& b) {
        const auto unseen = [](const Target& target) {
          return target.record.state == TargetState::kLost ? target.record.unseen + 1 : 0;
        };
        return unseen(a) < unseen(b);
      });
  if (longest == targets_.end() || longest->record.state != TargetState::kLost) return false;
  remove(longest->record.id, reason);
  return true;
}

std::vector<TargetRecord> Targets::records() const {
  std::vector<TargetRecord> all;
  all.reserve(targets_.size());
  for (const Target& target : targets_) all.push_back(target.record);
  return all;
}

std::vector<bridge::SeenTimes> Targets::seen() const {
  std::vector<bridge::SeenTimes> all;
  all.reserve(targets_.size());
  for (const Target& target : targets_) all.push_back(target.seen);
  return all;
}

std::vector<StateChange> Targets::take_changes() { return std::exchange(changes_, {}); }

}  // namespace siamtrack::tracker
