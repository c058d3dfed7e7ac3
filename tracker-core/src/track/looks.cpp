// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/looks.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "nn/device.h"
#include "track/outlines.h"
#include "track/patches.h"
#include "track/redetection.h"
#include "track/track_impl.h"
#include "track/update_state.h"

namespace siamtrack {
namespace {

/// One look for one target.
struct Job {
  Track::Impl* track;
  std::size_t index;  ///< of the track among all that are updated
  Template exemplar;
  Look look;
};

Job first_look(Track::Impl& track, std::size_t index, const System& system, Size frame) {
  const TrackState& state = track.state;
  SearchPlan plan = system.plan(state, frame);
  Job job{&track, index, track.exemplar, {state, state, std::move(plan), /*confirms=*/false}};
  if (state.status != TrackStatus::kLost) return job;
  const double side = job.look.plan.windows.front().size;
  job.look.place = track.suggestion ? moved_to(state, *track.suggestion)
                                    : search_place(state, frame, side, track.config);
  job.look.plan = system.plan(job.look.place, frame);
  return job;
}

TrackResult to_result(const TrackState& state, const Candidate& candidate) {
  TrackResult result;
  result.box = told_box(state);
  result.score = candidate.score;
  result.status = state.status;
  if (state.status != TrackStatus::kLost) {
    result.rotated = candidate.rotated;
    result.mask = candidate.mask;
  }
  return result;
}

/// What the target does in the frame, according to `candidate`.
Outcome outcome_of(const Job& job, const Candidate& candidate,
                   const std::vector<at::Tensor>& responses, const System& system) {
  const Evidence& seen = candidate.evidence;
  const auto& [state, place, plan, confirms] = job.look;
  const TrackState& before = job.track->state;
  TrackState next = next_state(state, candidate, job.track->config);
  const bool lost = next.status == TrackStatus::kLost;
  if (lost || before.status == TrackStatus::kLost) {
    next.move_x = next.move_y = 0;  // from one place that is searched to another nothing moves
  } else {
    next.move_x = plan.centre_x + seen.offset_x / plan.scale - before.centre_x;
    next.move_y = plan.centre_y + seen.offset_y / plan.scale - before.centre_y;
    next.fastest = std::max(before.fastest, std::hypot(seen.offset_x, seen.offset_y));
  }
  return {next, to_result(next, candidate),
          lost ? job.exemplar : system.renew(job.exemplar, responses, candidate, plan), seen};
}

/// Searches for the targets of `jobs`, which share one patch side.
std::vector<Outcome> search(const FrameView& frame, std::span<const Job> jobs,
                            const Model::Impl& model) {
  std::vector<const Template*> exemplars;
  std::vector<Cut> cuts;
  for (const Job& job : jobs) {
    exemplars.push_back(&job.exemplar);
    const Look& look = job.look;
    for (const SubWindow& window : look.plan.windows) cuts.push_back({window, look.place.border});
  }
  const at::Tensor patches = cut_patches(frame, cuts, jobs.front().look.plan.patch_side, model);
  const auto responses = model.system->respond(patches, exemplars);
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Look& look = jobs[i].look;
    const Candidate candidate =
        model.system->decode(responses[i], look.place, look.plan, frame.size);
    outcomes.push_back(outcome_of(jobs[i], candidate, responses[i], *model.system));
  }
  return outcomes;
}

/// Looks once for the target of each job. Sorts the jobs by patch side; the outcomes have their
/// order.
std::vector<Outcome> look(std::vector<Job>& jobs, const FrameView& frame,
                          const Model::Impl& model) {
  const auto side = [](const Job& job) { return job.look.plan.patch_side; };
  std::ranges::stable_sort(jobs, {}, side);
  std::vector<Outcome> outcomes;
  for (auto first = jobs.begin(); first != jobs.end();) {
    const auto end = std::ranges::upper_bound(first, jobs.end(), side(*first), {}, side);
    const auto count = static_cast<std::size_t>(end - first);
    const std::size_t pass = nn::targets_per_pass(model.device, model.threads, count);
    const auto part = std::span(first, std::min(pass, count));
    for (Outcome& outcome : search(frame, part, model)) outcomes.push_back(std::move(outcome));
    first += static_cast<std::ptrdiff_t>(part.size());
  }
  return outcomes;
}

/// Takes back that a lost target was found where another one is followed: it is that other one.
void refuse_taken_places(std::span<Track* const> tracks, std::vector<Outcome>& all) {
  constexpr double kSameObjectIou = 0.5;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Track::Impl& track = tracks[i]->impl();
    const TrackState& found = all[i].state;
    if (track.state.status != TrackStatus::kLost || found.status == TrackStatus::kLost) continue;
    const bool taken = std::ranges::any_of(all, [&](const Outcome& other) {
      return &other != &all[i] && other.state.status != TrackStatus::kLost &&
             iou(to_box(other.state), to_box(found)) > kSameObjectIou;
    });
    if (taken) all[i] = {skip_frame(track.state), track.result, track.exemplar, {}, false};
  }
}

/// Outlines what the looks have found, where the system does that.
void add_outlines(std::vector<Outcome>& all, const FrameView& frame, const Model::Impl& model) {
  std::vector<Outcome*> seen;
  std::vector<OutlineJob> jobs;
  for (Outcome& outcome : all) {
    if (!outcome.looked || outcome.state.status == TrackStatus::kLost) continue;
    seen.push_back(&outcome);
    jobs.push_back({&outcome.exemplar, &outcome.state});
  }
  std::vector<Outlined> outlines = outlines_of(frame, jobs, model);
  for (std::size_t i = 0; i < outlines.size(); ++i) {
    auto& [outline, exemplar] = outlines[i];
    seen[i]->exemplar = std::move(exemplar);
    if (!outline) continue;
    const TrackState& state = seen[i]->state;
    TrackResult& result = seen[i]->result;
    result.box = told_box(state, between(to_box(state), outline->box, state.outline_share));
    result.rotated = outline->rotated;
    result.mask = std::move(outline->mask);
  }
}

}  // namespace

std::vector<Outcome> outcomes(std::span<Track* const> tracks, const FrameView& frame,
                              const Model::Impl& model) {
  std::vector<Outcome> all(tracks.size());
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    Track::Impl& track = tracks[i]->impl();
    if (track.suggestion || searches_now(track.state, track.config)) {
      jobs.push_back(first_look(track, i, *model.system, frame.size));
    } else {
      all[i] = {skip_frame(track.state), track.result, track.exemplar, {}, /*looked=*/false};
    }
  }
  for (int number = 1; !jobs.empty(); ++number) {
    std::vector<Outcome> seen = look(jobs, frame, model);
    std::vector<Job> more;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const auto& [track, index, exemplar, last] = jobs[i];
      // A look that does not confirm the target leaves what the look before it found.
      if (last.confirms && seen[i].state.status != TrackStatus::kTracking) continue;
      all[index] = std::move(seen[i]);
      std::optional<Look> next = model.system->next_look(number, track->state, all[index].state,
                                                         all[index].evidence, frame.size);
      if (next) more.push_back({track, index, all[index].exemplar, *std::move(next)});
    }
    jobs = std::move(more);
  }
  refuse_taken_places(tracks, all);
  add_outlines(all, frame, model);
  return all;
}

}  // namespace siamtrack
