// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "nn/analysis.h"

/// Comparison of networks with what PyTorch and the published key tables say about them.
namespace siamtrack::testing {

/// Checks a map [1, C, H, W] against a summary made by tests/golden.
inline void expect_recorded(const at::Tensor& map, const nlohmann::json& recorded,
                            const std::string& what) {
  constexpr double kTolerance = 1e-4;  // relative to the largest value of a map
  const std::vector<std::int64_t> shape = recorded.at("shape");
  ASSERT_EQ(map.sizes().slice(1), at::IntArrayRef(shape)) << what;
  const at::Tensor flat = map.contiguous().flatten();
  const double largest = recorded.at("largest");
  EXPECT_NEAR(flat.abs().max().item<double>(), largest, kTolerance * largest) << what;
  const auto step = recorded.at("step").get<std::int64_t>();
  std::int64_t index = 0;
  for (const double sample : recorded.at("samples")) {
    EXPECT_NEAR(flat[index].item<double>(), sample, kTolerance * largest) << what << " " << index;
    index += step;
  }
}

using Shapes = std::map<std::string, std::string>;  ///< key -> "256x3x3"

/// The shapes of a network's tensors.
inline Shapes shapes_of(const std::vector<nn::TensorSpec>& tensors) {
  Shapes shapes;
  for (const nn::TensorSpec& tensor : tensors) {
    std::string& text = shapes[tensor.key];
    for (const auto extent : tensor.shape)
      text += (text.empty() ? "" : "x") + std::to_string(extent);
  }
  return shapes;
}

/// The shapes of a published checkpoint: rows "key, shape, kind", counters of batches left out.
/// @param renamed  how keys begin there, and with us
inline Shapes published_shapes(const std::string& path,
                               const std::map<std::string, std::string>& renamed = {}) {
  Shapes shapes;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string key;
    std::string shape;
    fields >> key >> shape;
    if (key.ends_with("num_batches_tracked")) continue;
    for (const auto& [theirs, ours] : renamed) {
      if (!key.starts_with(theirs)) continue;
      key.replace(0, theirs.size(), ours);
      break;
    }
    shapes[key] = shape;
  }
  return shapes;
}

}  // namespace siamtrack::testing
