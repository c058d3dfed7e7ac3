// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/gradients.h"

#include <ATen/ATen.h>

#include "siamtrack/error.h"

namespace siamtrack::training {
namespace {

/// sum += loss / count, without gradient.
void add_share(const StepLoss& loss, double count, StepLoss& sum) {
  const auto share = [&](const at::Tensor& value) { return value.detach() / count; };
  if (!sum.total.defined()) {
    sum.total = share(loss.total);
    for (const auto& [name, value] : loss.parts) sum.parts.emplace_back(name, share(value));
    return;
  }
  sum.total += share(loss.total);
  for (std::size_t i = 0; i < sum.parts.size(); ++i) {
    sum.parts[i].second += share(loss.parts[i].second);
  }
}

[[noreturn]] void fail_memory(const Recipe& recipe, const std::string& what) {
  throw Error(ErrorCode::kOutOfMemory, "recipe " + recipe.name + ": " +
                                           std::to_string(recipe.pairs_at_once()) +
                                           " pairs at once are too many for the memory (" + what +
                                           "); a smaller \"micro_batch\" needs less");
}

}  // namespace

StepLoss accumulate_gradients(const Task& task, const Recipe& recipe, const nn::Weights& weights,
                              std::span<const Batch> micro_batches, std::int64_t step) {
  const auto count = static_cast<double>(micro_batches.size());
  const auto steps = static_cast<double>(recipe.steps());
  StepLoss mean;
  try {
    for (std::size_t i = 0; i < micro_batches.size(); ++i) {
      const double done = static_cast<double>(step) + static_cast<double>(i) / count;
      const StepLoss loss = task.loss(weights, micro_batches[i], done / steps);
      (loss.total / count).backward();
      add_share(loss, count, mean);
    }
  } catch (const c10::OutOfMemoryError& error) {
    fail_memory(recipe, error.what_without_backtrace());
  }
  return mean;
}

}  // namespace siamtrack::training
