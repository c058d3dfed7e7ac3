// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace siamtrack::training {

std::vector<double> log_space(double start, double end, int count) {
  std::vector<double> rates;
  for (int i = 0; i < count; ++i) {
    const double part = count > 1 ? static_cast<double>(i) / (count - 1) : 0;
    rates.push_back(start * std::pow(end / start, part));
  }
  return rates;
}

std::vector<double> warm_up_log_space(double first, int warm_up, double start, double end,
                                      int epochs) {
  // The warm-up has warm_up + 1 points of which the last is the main part's first.
  std::vector<double> rates = log_space(first, start, warm_up + 1);
  rates.pop_back();
  const std::vector<double> main = log_space(start, end, epochs - warm_up);
  rates.insert(rates.end(), main.begin(), main.end());
  return rates;
}

double cosine(double peak, double progress, double warm_up_fraction) {
  if (progress < warm_up_fraction) return peak * progress / warm_up_fraction;
  const double part = (progress - warm_up_fraction) / (1 - warm_up_fraction);
  return peak * 0.5 * (1 + std::cos(std::numbers::pi * std::clamp(part, 0.0, 1.0)));
}

}  // namespace siamtrack::training
