// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "evaluation/sequence.h"
#include "evaluation/trajectory.h"

namespace siamtrack::evaluation {

/// One picture of the sheet.
struct Failure {
  const Sequence* sequence = nullptr;
  std::size_t frame = 0;
  double overlap = 0;
  std::vector<Box> boxes;  ///< of each tracker, in the data set's coordinates
};

/// First frame of each sequence where the first tracker's overlap is smallest, worst sequences
/// (by mean overlap) first.
///
/// @param results  one trajectory per tracker for each sequence, empty where there is none
std::vector<Failure> worst_failures(const std::vector<Sequence>& sequences,
                                    const std::vector<std::vector<Trajectory>>& results,
                                    std::size_t count);

/// Frames side by side with the annotation (white) and every tracker's box in its colour.
cv::Mat contact_sheet(const std::vector<Failure>& failures, const std::vector<std::string>& labels);

}  // namespace siamtrack::evaluation
