// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluation/experiment.h"
#include "evaluation/jobs.h"

namespace siamtrack::evaluation {

/// Several trackers in several experiments over the same sequences.
struct Campaign {
  std::filesystem::path folder;  ///< results, report.json, report.html
  std::vector<Sequence> sequences;
  std::vector<std::shared_ptr<TrackerFactory>> trackers;  ///< that run
  std::vector<std::string> labels;                        ///< that are scored, in table order
  std::vector<std::unique_ptr<Experiment>> experiments;
  int workers = 1;
};

struct CampaignOutcome {
  nlohmann::json report;
  Problems problems;
  bool interrupted = false;
};

/// Runs what is not there yet and scores everything. Results of a tracker whose fingerprint has
/// changed since (another model file, other options) are thrown away and run again. A sequence with
/// fewer than two annotated frames is run, but not scored.
///
/// Throws   Error(kInvalidArgument) when two trackers have one label, by which results are kept
/// Ensures  finished runs stay on disk whatever happens later; the same call goes on where it
/// stopped
CampaignOutcome run_campaign(const Campaign& campaign, const Progress& progress = {});

}  // namespace siamtrack::evaluation
