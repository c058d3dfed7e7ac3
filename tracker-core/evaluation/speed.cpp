// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/speed.h"

#include <algorithm>
#include <cmath>

namespace siamtrack::evaluation {

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(std::floor(place));
  const auto high = std::min(low + 1, values.size() - 1);
  return values[low] + (place - static_cast<double>(low)) * (values[high] - values[low]);
}

Speed speed(const std::vector<std::vector<double>>& runs) {
  constexpr double kMilliseconds = 1000;
  double rates = 0, seconds = 0;
  std::size_t sequences = 0, frames = 0;
  std::vector<double> updates;
  for (const auto& run : runs) {
    double rate = 0;
    std::size_t counted = 0;
    for (std::size_t i = 0; i < run.size(); ++i) {
      if (!(run[i] > 0)) continue;
      rate += 1 / run[i];
      seconds += run[i];
      ++counted;
      if (i > 0) updates.push_back(run[i] * kMilliseconds);
    }
    if (counted == 0) continue;
    rates += rate / static_cast<double>(counted);
    frames += counted;
    ++sequences;
  }
  if (sequences == 0) return {};
  return {rates / static_cast<double>(sequences), static_cast<double>(frames) / seconds,
          percentile(updates, 0.50), percentile(updates, 0.95), percentile(updates, 0.99)};
}

}  // namespace siamtrack::evaluation
