// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/random.h"

#include <cmath>
#include <numbers>

namespace siamtrack::training {
namespace {

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014): neighbouring indices get unrelated seeds.
std::uint64_t scatter(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t index)
    : engine_(scatter(seed) ^ scatter(~index)) {}

double Random::uniform() {
  constexpr int kUnusedBits = 64 - 53;  // a double holds 53 bits
  return static_cast<double>(engine_() >> kUnusedBits) * 0x1p-53;
}

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

double Random::gaussian() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

int Random::below(int count) { return static_cast<int>(uniform() * count); }

}  // namespace siamtrack::training
