// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <random>

namespace siamtrack::training {

/// Random numbers of one sample: a pure function of (seed, index). Any pair can therefore be drawn
/// again in any order and on any machine, and a run resumes exactly by its step number alone.
/// Differs from <random>'s distributions, whose results depend on the standard library.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t index);

  double uniform();                         ///< [0, 1)
  double uniform(double low, double high);  ///< [low, high)
  double symmetric(double extent) { return uniform(-extent, extent); }
  double gaussian();     ///< mean 0, deviation 1
  int below(int count);  ///< 0 .. count - 1; requires count > 0
  bool chance(double probability) { return uniform() < probability; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace siamtrack::training
