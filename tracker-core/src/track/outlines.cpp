// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track/outlines.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "nn/device.h"
#include "track/patches.h"

namespace siamtrack {

std::vector<Outlined> outlines_of(const FrameView& frame, std::span<const OutlineJob> jobs,
                                  const Model::Impl& model) {
  std::vector<Outlined> all;
  const System& system = *model.system;
  while (all.size() < jobs.size()) {
    const std::size_t left = jobs.size() - all.size();
    const std::size_t pass = nn::targets_per_pass(model.device, model.threads, left);
    std::vector<const Template*> exemplars;
    std::vector<TrackState> found;
    std::vector<SearchPlan> plans;
    std::vector<Cut> cuts;
    for (const auto& [exemplar, state] : jobs.subspan(all.size(), std::min(pass, left))) {
      std::optional<SearchPlan> plan = system.outline_plan(*state);
      if (!plan) return {};
      exemplars.push_back(exemplar);
      found.push_back(*state);
      cuts.push_back({plan->windows.front(), state->border});
      plans.push_back(*std::move(plan));
    }
    const at::Tensor patches = cut_patches(frame, cuts, plans.front().patch_side, model);
    for (Outlined& outline : system.outline(patches, exemplars, found, plans, frame.size)) {
      all.push_back(std::move(outline));
    }
  }
  return all;
}

}  // namespace siamtrack
