// SPDX-License-Identifier: LGPL-2.1-or-later
#include "targets.h"

#include <algorithm>
#include <utility>

#include "trail.h"

namespace siamtrack::tracker {

using bridge::Point;
using bridge::TargetRecord;
using bridge::TargetState;

std::vector<Targets::Target>::iterator Targets::find(std::uint64_t id) {
  return std::ranges::find_if(targets_,
                              [id](const Target& target) { return target.record.id == id; });
}

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

bool Targets::correct(const PluginModel& model, const Start& what, const Settings& settings,
                      const FrameView& frame, GstClockTime time) {
  const auto target = find(what.record.id);
  if (target == targets_.end()) return false;
  target->track = model.start(settings.track, frame, what.record.box);
  TargetRecord& record = target->record;
  const TargetState before = std::exchange(record.state, TargetState::kTracking);
  record.box = target->track->result().box;
  record.score = 1;
  record.predicted = false;
  record.rotated.reset();
  record.polygon.clear();
  record.mask.reset();
  record.unseen = 0;
  record.velocity = {};
  if (!record.trail.empty()) record.trail.back() = centre(record.box);
  target->tracked_centre = centre(record.box);
  target->frames_since_step = 0;
  target->seen.last = time;
  target->lost_since = GST_CLOCK_TIME_NONE;
  changes_.push_back({record, before, "corrected"});
  return true;
}

void Targets::give_up_lost(const Settings& settings, GstClockTime time) {
  if (settings.lost_timeout == 0 || !GST_CLOCK_TIME_IS_VALID(time)) return;
  std::vector<std::uint64_t> given_up;
  for (Target& target : targets_) {
    if (target.record.state != TargetState::kLost) continue;
    // Running time begins anew after a flush. (No time is larger than every time.)
    target.lost_since = std::min(target.lost_since, time);
    if (time - target.lost_since >= settings.lost_timeout) given_up.push_back(target.record.id);
  }
  for (const std::uint64_t id : given_up) remove(id, "timeout");
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
  const auto found = find(id);
  if (found == targets_.end()) return;
  const TargetState before = std::exchange(found->record.state, TargetState::kTerminated);
  changes_.push_back({found->record, before, reason});
  targets_.erase(found);
}

void Targets::remove_at(Point point, const char* reason) {
  const TargetRecord* smallest = nullptr;
  for (const Target& target : targets_) {
    const TargetRecord& record = target.record;
    const Box& box = record.box;
    const bool holds = point.x >= box.x && point.x < box.x + box.width && point.y >= box.y &&
                       point.y < box.y + box.height;
    if (holds && (smallest == nullptr || box.area() < smallest->box.area())) smallest = &record;
  }
  if (smallest != nullptr) remove(smallest->id, reason);
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
