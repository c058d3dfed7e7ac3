// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/ope_extras.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "evaluation/experiment.h"
#include "evaluation/got10k.h"
#include "evaluation/masks.h"
#include "evaluation/overlap.h"
#include "evaluation/run.h"

namespace siamtrack::evaluation {
namespace {

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

LongTermRun long_term_run(const Sequence& sequence, const Trajectory& result) {
  LongTermRun run;
  const Size size = frame_size(sequence);
  const std::size_t frames =
      std::min({sequence.length(), result.regions.size(), result.confidence.size()});
  for (std::size_t i = 0; i < frames; ++i) {
    const bool visible = is_valid(bounding_box(sequence.ground_truth[i]));
    run.visible += visible;
    // The toolkit's files have a code at the start, which overlaps nothing.
    const bool counts = visible && i > 0;
    run.overlaps.push_back(
        counts ? overlap(result.regions[i], sequence.ground_truth[i], OverlapKind::kVot, size) : 0);
  }
  // The toolkit takes a missing confidence, as at the start, for 0.
  for (std::size_t i = 0; i < frames; ++i) {
    run.confidence.push_back(std::isnan(result.confidence[i]) ? 0 : result.confidence[i]);
  }
  return run;
}

nlohmann::json to_json(const LongTermScores& scores) {
  return {{"long_term_f", rounded(scores.f_score)},
          {"long_term_precision", rounded(scores.precision)},
          {"long_term_recall", rounded(scores.recall)}};
}

void OpeExtras::add(const Sequence& sequence, const Trajectory& result, Problems& problems) {
  const auto overlaps =
      got10k_overlaps(sequence.boxes(), result.boxes(), sequence.cover, sequence.size);
  got10k_overlaps_.insert(got10k_overlaps_.end(), overlaps.begin(), overlaps.end());
  if (!result.confidence.empty()) long_term_.push_back(long_term_run(sequence, result));
  add_masks(sequence, result, problems);
}

void OpeExtras::add(const OpeExtras& other) {
  const auto append = [](auto& list, const auto& more) {
    list.insert(list.end(), more.begin(), more.end());
  };
  append(got10k_overlaps_, other.got10k_overlaps_);
  append(long_term_, other.long_term_);
  append(region_means_, other.region_means_);
  append(contour_means_, other.contour_means_);
}

void OpeExtras::add_masks(const Sequence& sequence, const Trajectory& result, Problems& problems) {
  if (result.masks.empty() || sequence.masks.empty()) return;
  std::vector<double> regions, contours;
  for (std::size_t i = 0; i < std::min(sequence.masks.size(), result.masks.size()); ++i) {
    if (sequence.masks[i].empty()) continue;  // told when the data set was read
    const cv::Mat truth = read_mask(sequence.masks[i]);
    if (truth.empty()) {
      problems.push_back({sequence.name, sequence.masks[i], 0, "mask cannot be read; left out"});
      continue;
    }
    const cv::Mat found = draw_mask(result.masks[i], truth.size());
    regions.push_back(region_similarity(truth, found));
    contours.push_back(contour_accuracy(truth, found));
  }
  if (regions.size() <= 2) {  // DAVIS leaves out the first and the last
    problems.push_back({sequence.name, {}, 0, "fewer than three masks; no J and F"});
    return;
  }
  region_means_.push_back(mask_statistics(regions).mean);
  contour_means_.push_back(mask_statistics(contours).mean);
}

nlohmann::json OpeExtras::summary() const {
  const Got10kScores got = got10k_scores(got10k_overlaps_);
  nlohmann::json out = {{"got10k_ao", rounded(got.ao)},
                        {"got10k_sr_50", rounded(got.sr50)},
                        {"got10k_sr_75", rounded(got.sr75)}};
  if (!long_term_.empty()) out.update(to_json(long_term_scores(long_term_)));
  if (!region_means_.empty()) {
    out["mask_j"] = rounded(mean(region_means_));
    out["mask_f"] = rounded(mean(contour_means_));
  }
  return out;
}

}  // namespace siamtrack::evaluation
