// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nn/check_weights.h"

#include <ATen/ATen.h>

#include <set>
#include <sstream>

#include "siamtrack/error.h"

namespace siamtrack::nn {
namespace {

constexpr int kMostListed = 5;

/// Counts problems and keeps the first few in words.
class Problems {
 public:
  void add(const std::string& key, const std::string& expected, const std::string& found) {
    if (++count_ > kMostListed) return;
    text_ += "; " + key + ": expected " + expected + ", found " + found;
  }
  void raise() const {
    if (count_ == 0) return;
    const int more = count_ - kMostListed;
    throw Error(
        ErrorCode::kModelInvalid,
        "network weights" + text_ + (more > 0 ? "; and " + std::to_string(more) + " more" : ""));
  }

 private:
  std::string text_;
  int count_ = 0;
};

std::string shape_in(const Weights& weights, const std::string& key) {
  const auto found = weights.find(key);
  return found == weights.end() ? "none" : shape_text(found->second.sizes());
}

}  // namespace

std::string shape_text(at::IntArrayRef shape) {
  std::ostringstream out;
  out << shape;
  return out.str();
}

void check_weights(const Weights& weights, const std::vector<TensorSpec>& expected,
                   const std::string& unused_prefix) {
  Problems problems;
  std::set<std::string, std::less<>> known;
  for (const TensorSpec& spec : expected) {
    if (!known.insert(spec.key).second) continue;
    const auto found = weights.find(spec.key);
    if (found == weights.end()) {
      problems.add(spec.key, shape_text(spec.shape), "none");
    } else if (found->second.sizes() != at::IntArrayRef(spec.shape)) {
      problems.add(spec.key, shape_text(spec.shape), shape_text(found->second.sizes()));
    }
  }
  for (const auto& [key, tensor] : weights) {
    const bool unused = !unused_prefix.empty() && key.starts_with(unused_prefix);
    if (!unused && !known.contains(key)) problems.add(key, "none", shape_text(tensor.sizes()));
  }
  problems.raise();
}

std::optional<ShapeDifference> first_difference(const Weights& expected, const Weights& found) {
  for (const Weights* weights : {&expected, &found}) {
    for (const auto& [key, tensor] : *weights) {
      ShapeDifference here{key, shape_in(expected, key), shape_in(found, key)};
      if (here.expected != here.found) return here;
    }
  }
  return std::nullopt;
}

}  // namespace siamtrack::nn
