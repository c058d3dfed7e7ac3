// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/response.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "decode/logit_line.h"

namespace siamtrack {
namespace {

constexpr double kCubicA = -0.75;
constexpr int kTaps = 4;
constexpr int kPeakRadius = 2;  // cells about the peak that do not count as side lobes

struct Tap {
  int first = 0;  ///< source index of the first tap, before clamping
  std::array<float, kTaps> weights{};
};

/// Keys' cubic convolution kernel at distance 0 <= x < 2.
double cubic(double x) {
  return x < 1 ? ((kCubicA + 2) * x - (kCubicA + 3)) * x * x + 1
               : ((x - 5) * x + 8) * x * kCubicA - 4 * kCubicA;
}

std::vector<Tap> taps(int target, int factor) {
  std::vector<Tap> all(target);
  for (int i = 0; i < target; ++i) {
    const double source = (i + 0.5) / factor - 0.5;
    const double base = std::floor(source);
    const double t = source - base;
    all[i].first = static_cast<int>(base) - 1;
    const std::array<double, kTaps> distance{1 + t, t, 1 - t, 2 - t};
    for (int k = 0; k < kTaps; ++k) all[i].weights[k] = static_cast<float>(cubic(distance[k]));
  }
  return all;
}

}  // namespace

std::vector<double> hann(int length) {
  std::vector<double> window(length, 1.0);
  for (int n = 0; n < length && length > 1; ++n) {
    window[n] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * n / (length - 1));
  }
  return window;
}

std::vector<float> hann_window(int side) {
  const std::vector<double> line = hann(side);
  double total = 0;
  for (const double v : line) total += v;
  std::vector<float> window;
  window.reserve(static_cast<std::size_t>(side) * side);
  for (const double row : line) {
    for (const double column : line)
      window.push_back(static_cast<float>(row * column / (total * total)));
  }
  return window;
}

ResponseMap upsample_bicubic(const ResponseMap& map, int factor) {
  const int small = map.side;
  const int large = small * factor;
  const std::vector<Tap> plan = taps(large, factor);
  const auto clamp = [small](int i) { return std::clamp(i, 0, small - 1); };
  std::vector<float> wide(static_cast<std::size_t>(small) * large);
  for (int row = 0; row < small; ++row) {
    const float* in = map.values.data() + static_cast<std::size_t>(row) * small;
    for (int i = 0; i < large; ++i) {
      float sum = 0;
      for (int k = 0; k < kTaps; ++k) sum += plan[i].weights[k] * in[clamp(plan[i].first + k)];
      wide[static_cast<std::size_t>(row) * large + i] = sum;
    }
  }
  ResponseMap out{large, std::vector<float>(static_cast<std::size_t>(large) * large, 0.0F)};
  for (int row = 0; row < large; ++row) {
    float* target = out.values.data() + static_cast<std::size_t>(row) * large;
    for (int k = 0; k < kTaps; ++k) {
      const float weight = plan[row].weights[k];
      const float* source =
          wide.data() + static_cast<std::size_t>(clamp(plan[row].first + k)) * large;
      for (int i = 0; i < large; ++i) target[i] += weight * source[i];
    }
  }
  return out;
}

Peak peak(const ResponseMap& map) {
  const auto best = std::max_element(map.values.begin(), map.values.end());
  const int index = static_cast<int>(best - map.values.begin());
  return {index / map.side, index % map.side, *best};
}

namespace {

double peak_to_sidelobe(const ResponseMap& map, const Peak& top) {
  double sum = 0;
  double squares = 0;
  int count = 0;
  for (int row = 0; row < map.side; ++row) {
    for (int column = 0; column < map.side; ++column) {
      if (std::abs(row - top.row) <= kPeakRadius && std::abs(column - top.column) <= kPeakRadius) {
        continue;
      }
      const double v = map.values[static_cast<std::size_t>(row) * map.side + column];
      sum += v;
      squares += v * v;
      ++count;
    }
  }
  if (count == 0) return 0;
  const double mean = sum / count;
  const double deviation = std::sqrt(std::max(0.0, squares / count - mean * mean));
  return deviation > 0 ? (top.value - mean) / deviation : 0.0;
}

double peak_to_energy(const ResponseMap& map, const Peak& top) {
  const double low = *std::min_element(map.values.begin(), map.values.end());
  double energy = 0;
  for (const double v : map.values) energy += (v - low) * (v - low);
  energy /= static_cast<double>(map.values.size());
  return energy > 0 ? (top.value - low) * (top.value - low) / energy : 0.0;
}

}  // namespace

double sureness(const ResponseMap& map, Sureness measure) {
  const Peak top = peak(map);
  switch (measure) {
    case Sureness::kPeak:
      return top.value;
    case Sureness::kPsr:
      return peak_to_sidelobe(map, top);
    case Sureness::kApce:
      return peak_to_energy(map, top);
  }
  return 0;
}

double confidence(const ResponseMap& map, const Calibration& calibration) {
  return sigmoid(calibration.slope * (sureness(map, calibration.measure) - calibration.centre));
}

}  // namespace siamtrack
