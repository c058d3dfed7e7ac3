// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/campaign.h"

#include <fstream>
#include <set>

#include "evaluation/json_text.h"
#include "evaluation/text.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

json read_json(const fs::path& file) {
  std::ifstream stream(file);
  json value = json::parse(stream, nullptr, false);
  return value.is_object() ? value : json::object();
}

void require_different_labels(const Campaign& campaign) {
  std::set<std::string> seen;
  for (const auto& tracker : campaign.trackers) {
    if (seen.insert(tracker->label()).second) continue;
    throw Error(ErrorCode::kInvalidArgument,
                "expected trackers with different names, found '" + tracker->label() + "' twice");
  }
}

/// Throws away all results of one tracker, also those of experiments and sequences that are not in
/// this campaign: nothing else tells later that they are another version's.
void forget(const fs::path& results, const std::string& tracker) {
  for (const char* layout : {"ope", "tre", "sre", "vot"}) {
    std::error_code none_yet;
    for (const auto& dataset : fs::directory_iterator(results / layout, none_yet)) {
      const bool vot = std::string(layout) == "vot";
      fs::remove_all((vot ? dataset.path() / "results" : dataset.path()) / tracker);
    }
  }
}

/// The text as JSON gives it back: in UTF-8, which names of files need not be.
std::string as_json(const std::string& text) { return json::parse(json_text(json(text))); }

/// Throws away results that another version of a tracker made.
void forget_outdated(const Campaign& campaign) {
  const fs::path file = campaign.folder / "trackers.json";
  json known = read_json(file);
  for (const auto& tracker : campaign.trackers) {
    const std::string label = as_json(tracker->label()), now = as_json(tracker->fingerprint());
    if (known.value(label, now) != now) forget(campaign.folder, tracker->label());
    known[label] = now;
  }
  write_file(file, known.dump(2) + "\n");
}

/// What is missing: sequence by sequence, so that an interrupted run has whole rows of the table.
std::vector<Job> missing_jobs(const Campaign& campaign) {
  std::vector<Job> jobs;
  for (const auto& sequence : campaign.sequences) {
    for (const auto& experiment : campaign.experiments) {
      if (!experiment->applies_to(sequence)) continue;
      for (const auto& tracker : campaign.trackers) {
        if (experiment->is_done(tracker->label(), sequence)) continue;
        jobs.push_back(
            {experiment->name() + " " + tracker->label() + " on " + sequence.name, sequence.name,
             [&](Problems& problems) { experiment->run(*tracker, sequence, problems); }});
      }
    }
  }
  return jobs;
}

json describe(const std::vector<Sequence>& sequences) {
  json list = json::array();
  for (const auto& s : sequences) {
    list.push_back({{"name", s.name},
                    {"dataset", s.dataset},
                    {"frames", s.length()},
                    {"attributes", s.attributes}});
  }
  return list;
}

void add_once(Problems& problems, const Problems& more) {
  for (const auto& problem : more) {
    if (std::find(problems.begin(), problems.end(), problem) == problems.end()) {
      problems.push_back(problem);
    }
  }
}

}  // namespace

CampaignOutcome run_campaign(const Campaign& campaign, const Progress& progress) {
  CampaignOutcome outcome;
  require_different_labels(campaign);
  forget_outdated(campaign);
  JobsOutcome jobs = run_jobs(missing_jobs(campaign), campaign.workers, progress);
  outcome.interrupted = jobs.interrupted;
  add_once(outcome.problems, jobs.problems);
  outcome.report = {{"sequences", describe(campaign.sequences)},
                    {"trackers", read_json(campaign.folder / "trackers.json")},
                    {"experiments", nlohmann::ordered_json::object()}};
  for (const auto& experiment : campaign.experiments) {
    std::vector<Sequence> fitting;
    for (const auto& sequence : campaign.sequences) {
      if (experiment->applies_to(sequence)) fitting.push_back(sequence);
    }
    if (fitting.empty()) {
      outcome.problems.push_back({{}, {}, 0, experiment->name() + ": no sequence it applies to"});
      continue;
    }
    Problems left_out;
    keep_scorable(fitting, left_out);
    add_once(outcome.problems, left_out);
    if (fitting.empty()) continue;
    for (const auto& label : campaign.labels) {
      Problems problems;
      outcome.report["experiments"][experiment->name()][label] =
          experiment->score(label, fitting, problems);
      add_once(outcome.problems, problems);
    }
  }
  return outcome;
}

}  // namespace siamtrack::evaluation
