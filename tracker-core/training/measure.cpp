// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/measure.h"

#include <ATen/ATen.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include "siamtrack/error.h"
#include "training/gradients.h"
#include "training/optimiser.h"

namespace siamtrack::training {
namespace {

/// A folder that goes away with the object.
class ScratchFolder {
 public:
  ScratchFolder()
      : path_(std::filesystem::temp_directory_path() /
              ("siamtrack-measure-" + std::to_string(::getpid()))) {}
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.at(values.size() / 2);
}

/// Median time of the last `count` of twice as many runs, s.
double time_of(int count, const std::function<void(int)>& run) {
  std::vector<double> seconds;
  for (int i = 0; i < 2 * count; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run(i);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if (i >= count) seconds.push_back(passed.count());
  }
  return median(seconds);
}

/// Waits until a device has done what it was given to do.
void finish(const at::Tensor& result) { result.flatten()[0].item<float>(); }

}  // namespace

StepTime measure_step(const Task& task, const Recipe& recipe, const MakeBatch& make,
                      TrainOptions options, int steps) {
  if (steps < 1 || recipe.steps() < 2 * steps) {
    throw Error(ErrorCode::kInvalidArgument,
                "recipe " + recipe.name + ": expected at least " + std::to_string(2 * steps) +
                    " steps to measure, found " + std::to_string(recipe.steps()));
  }
  StepTime time;
  {
    const ScratchFolder folder;
    std::vector<double> seconds, waits;
    options.folder = folder.path();
    options.stop_at = 2 * steps;
    options.report_every = 0;
    options.report = [&](const Progress& progress) {
      if (progress.step <= steps) return;
      seconds.push_back(recipe.batch / progress.pairs_per_second);
      waits.push_back(progress.loader_idle);
    };
    train(task, recipe, make, options);
    time.step = median(seconds);
    time.waiting = median(waits);
  }
  nn::Weights weights = task.initial_weights(recipe.seed);
  move_to(weights, options.device);
  const std::vector<Optimiser::Parameter> trained = trained_parameters(task, weights, 0);
  const int pairs = recipe.pairs_at_once();
  std::vector<Batch> micro_batches;
  for (int i = 0; i < recipe.micro_batches(); ++i) {
    Batch batch = make(i * pairs, pairs);
    batch.exemplars = batch.exemplars.to(weights.begin()->second.device());
    batch.searches = batch.searches.to(weights.begin()->second.device());
    micro_batches.push_back(std::move(batch));
  }
  time.network = time_of(steps, [&](int) {
    for (const auto& parameter : trained) parameter.tensor.mutable_grad().reset();
    accumulate_gradients(task, recipe, weights, micro_batches, 0);
    finish(trained.front().tensor.grad());
  });
  time.loader =
      time_of(steps, [&](int i) { finish(make(i * recipe.batch, recipe.batch).searches); });
  return time;
}

}  // namespace siamtrack::training
