// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/got10k.h"

#include <algorithm>
#include <limits>

#include "evaluation/region.h"

namespace siamtrack::evaluation {

Box got10k_clipped(const Box& box, Size size) {
  const double x = std::clamp(box.x, 0.0, double(size.width));
  const double y = std::clamp(box.y, 0.0, double(size.height));
  return {x, y, std::clamp(box.width, 0.0, size.width - x),
          std::clamp(box.height, 0.0, size.height - y)};
}

std::vector<double> got10k_overlaps(const std::vector<Box>& truth, const std::vector<Box>& results,
                                    const std::vector<int>& cover, Size size) {
  constexpr double kEps = std::numeric_limits<double>::epsilon();
  std::vector<double> overlaps;
  for (std::size_t i = 1; i < std::min(truth.size(), results.size()); ++i) {
    if (i < cover.size() && cover[i] <= 0) continue;
    if (!is_finite(truth[i])) continue;
    if (!is_finite(results[i])) {
      overlaps.push_back(0);
      continue;
    }
    const bool bounded = size.width > 0;
    const Box a = bounded ? got10k_clipped(results[i], size) : results[i];
    const Box b = bounded ? got10k_clipped(truth[i], size) : truth[i];
    const double common = intersection(a, b).area();
    overlaps.push_back(std::clamp(common / (a.area() + b.area() - common + kEps), 0.0, 1.0));
  }
  return overlaps;
}

Got10kScores got10k_scores(const std::vector<double>& pooled_overlaps) {
  Got10kScores scores;
  for (const double overlap : pooled_overlaps) {
    scores.ao += overlap;
    scores.sr50 += overlap > 0.5;
    scores.sr75 += overlap > 0.75;
  }
  scores.frames = static_cast<double>(pooled_overlaps.size());
  if (scores.frames == 0) return scores;
  scores.ao /= scores.frames;
  scores.sr50 /= scores.frames;
  scores.sr75 /= scores.frames;
  return scores;
}

}  // namespace siamtrack::evaluation
