// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/check_weights.h"

#include <ATen/ATen.h>

#include <sstream>

#include "siamtrack/error.h"

namespace siamtrack::nn {
namespace {

constexpr int kMostListed = 5;

std::string text(at::IntArrayRef shape) {
  std::ostringstream out;
  out << shape;
  return out.str();
}

}  // namespace

void check_weights(const Weights& weights, const std::vector<TensorSpec>& expected) {
  std::string problems;
  int count = 0;
  for (const TensorSpec& spec : expected) {
    const auto found = weights.find(spec.key);
    if (found != weights.end() && found->second.sizes() == at::IntArrayRef(spec.shape)) continue;
    if (++count > kMostListed) continue;
    problems += "; " + spec.key + ": expected " + text(spec.shape) + ", found " +
                (found == weights.end() ? "none" : text(found->second.sizes()));
  }
  if (count == 0) return;
  if (count > kMostListed) problems += "; and " + std::to_string(count - kMostListed) + " more";
  throw Error(ErrorCode::kModelInvalid, "network weights" + problems);
}

}  // namespace siamtrack::nn
