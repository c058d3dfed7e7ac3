// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/trainer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>
#include <opencv2/core/utility.hpp>
#include <vector>

#include "nn/check_weights.h"
#include "nn/safetensors.h"
#include "siamtrack/error.h"
#include "training/gradients.h"
#include "training/optimiser.h"
#include "training/ordered_pool.h"
#include "training/progress_log.h"

namespace siamtrack::training {
namespace {

constexpr int kBatchesAhead = 3;      // at least, and all of a step
constexpr double kLargestLoss = 1e4;  // pysot takes no step from a loss beyond it
constexpr char kCheckpoint[] = "/checkpoint.pt";
constexpr char kModel[] = "/model.safetensors";

using Clock = std::chrono::steady_clock;
using Loader = OrderedPool<Batch>;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Run {
 public:
  Run(const Task& task, const Recipe& recipe, const TrainOptions& options)
      : task_(task), recipe_(recipe), options_(options), log_(options.folder) {
    state_.architecture = recipe.architecture + " " + recipe.backbone;
    state_.recipe = recipe.name;
    begin();
  }

  Checkpoint train(const MakeBatch& make) {
    const std::int64_t end =
        options_.stop_at >= 0 ? std::min(options_.stop_at, recipe_.steps()) : recipe_.steps();
    const int pairs = recipe_.pairs_at_once(), parts = recipe_.micro_batches();
    Loader loader([&](std::int64_t index) { return make(index * pairs, pairs); },
                  {.first = state_.step * parts}, std::max(kBatchesAhead, parts),
                  std::max(1, options_.loader_threads));
    Clock::time_point saved = Clock::now();
    go_on_without([&] { log_.start(state_.step, recipe_); });
    while (state_.step < end && !(options_.stop && *options_.stop)) {
      const Clock::time_point start = Clock::now();
      step(next_of(loader));
      state_.seconds += seconds_since(start);
      if (log_.due(options_.report_every)) report(loader);
      if (seconds_since(saved) > options_.checkpoint_every) {
        go_on_without([&] { save(); });
        saved = Clock::now();
      }
    }
    if (log_.pending()) report(loader);
    save();
    return state_;
  }

 private:
  void begin() {
    std::filesystem::create_directories(options_.folder);
    const std::string path = options_.folder + kCheckpoint;
    if (std::filesystem::exists(path)) {
      state_ = read_checkpoint(path, state_.architecture);
      require_own(path);
      if (!options_.initial.empty() && options_.notice) {
        options_.notice("initial weights " + options_.initial + ": not read, " + path + " goes on");
      }
    } else {
      state_.weights = task_.initial_weights(recipe_.seed);
      if (!options_.initial.empty()) take_over(options_.initial);
      if (recipe_.average > 0) {
        for (const auto& [key, tensor] : state_.weights) state_.average[key] = tensor.clone();
      }
    }
    move_to(state_.weights, options_.device);
    move_to(state_.average, options_.device);
    make_optimiser();
    if (!state_.optimiser.empty() && !unfreezes_now()) optimiser_->restore(state_.optimiser);
  }

  /// A checkpoint of another recipe, or of a network of another shape, must not go on as this run.
  void require_own(const std::string& path) const {
    const auto require = [&](const std::string& what, const std::string& expected,
                             const std::string& found) {
      if (expected == found) return;
      throw Error(ErrorCode::kModelInvalid, "checkpoint " + path + ": " + what + ": expected " +
                                                expected + ", found " + found);
    };
    require("recipe", recipe_.name, state_.recipe);
    if (state_.step > recipe_.steps()) {  // its file was changed
      require("recipe " + recipe_.name + ": steps", "at most " + std::to_string(recipe_.steps()),
              std::to_string(state_.step));
    }
    const nn::Weights own = task_.initial_weights(recipe_.seed);
    if (const auto other = nn::first_difference(own, state_.weights)) {
      require(other->key, other->expected, other->found);
    }
  }

  void take_over(const std::string& path) {
    const Imported imported = task_.import_weights(nn::read_model_file(path), state_.weights);
    if (imported.taken == 0) {
      throw Error(ErrorCode::kModelInvalid, "initial weights " + path + ": expected keys of " +
                                                state_.architecture + ", found none");
    }
    if (options_.imported) options_.imported(imported);
  }

  double progress_at(std::int64_t step) const {
    return static_cast<double>(step) / static_cast<double>(recipe_.steps());
  }
  double progress() const { return progress_at(state_.step); }

  /// A new optimiser over what is trained now (spec section 4.9: made again at each unfreezing).
  void make_optimiser() {
    optimiser_ = std::make_unique<Optimiser>(recipe_.optimiser,
                                             trained_parameters(task_, state_.weights, progress()));
  }

  bool unfreezes_now() const {
    return std::any_of(recipe_.unfreeze.begin(), recipe_.unfreeze.end(), [&](const auto& row) {
      return progress_at(state_.step - 1) < row.progress && row.progress <= progress();
    });
  }

  void step(const std::vector<Batch>& micro_batches) {
    if (unfreezes_now()) make_optimiser();
    optimiser_->zero_gradients();
    const StepLoss loss =
        accumulate_gradients(task_, recipe_, state_.weights, micro_batches, state_.step);
    const double value = loss.total.item<double>();
    require_finite(value);
    const bool made =
        std::abs(value) < kLargestLoss && optimiser_->step(learning_rate(recipe_, state_.step));
    made ? log_.add(loss) : log_.skip();
    average();
    ++state_.step;
  }

  /// The weights are lost once the loss is: stop while the last checkpoint is sound.
  void require_finite(double value) const {
    if (std::isfinite(value)) return;
    throw Error(ErrorCode::kInvalidArgument,
                "recipe " + recipe_.name + ": step " + std::to_string(state_.step) +
                    ": expected a finite loss, found " + std::to_string(value) +
                    "; the last checkpoint is kept; a longer warm-up or smaller steps may help");
  }

  void average() {
    const at::NoGradGuard no_gradient;
    for (auto& [key, mean] : state_.average) {
      // Early on the average follows quickly: it should not remember the random start.
      const auto done = static_cast<double>(state_.step);
      const double decay = std::min(recipe_.average, (done + 1) / (done + 10));
      mean.lerp_(state_.weights.at(key).detach(), 1 - decay);
    }
  }

  void report(const Loader& loader) {
    Progress progress = log_.flush(state_.step, recipe_, loader.waited());
    progress.learning_rate = learning_rate(recipe_, state_.step - 1);
    go_on_without([&] { log_.write(progress); });
    if (options_.report) options_.report(progress);
  }

  /// All of a step, before any of it changes running statistics.
  std::vector<Batch> next_of(Loader& loader) {
    std::vector<Batch> micro_batches;
    try {
      for (int i = 0; i < recipe_.micro_batches(); ++i) micro_batches.push_back(loader.next());
      return micro_batches;
    } catch (const std::exception&) {  // what has been learnt is sound
      go_on_without([&] { save(); });
      throw;
    }
  }

  /// Writes what the run can do without.
  void go_on_without(const std::function<void()>& write) const {
    try {
      write();
    } catch (const Error& error) {  // the file before is whole, and the next may succeed
      if (!options_.notice) throw;
      options_.notice(error.what());
    }
  }

  void save() {
    state_.optimiser = optimiser_->state();
    write_checkpoint(options_.folder + kCheckpoint, state_);
    write_model(task_, recipe_, state_, options_.folder + kModel);
  }

  const Task& task_;
  const Recipe& recipe_;
  const TrainOptions& options_;
  ProgressLog log_;
  Checkpoint state_;
  std::unique_ptr<Optimiser> optimiser_;
};

}  // namespace

void write_model(const Task& task, const Recipe& recipe, const Checkpoint& state,
                 const std::string& path) {
  const nn::Weights& weights = state.average.empty() ? state.weights : state.average;
  nn::ModelFile file{task.export_weights(weights), task.metadata(weights)};
  file.metadata["training"] = {{"recipe", recipe.name},
                               {"pairs", state.step * recipe.batch},
                               {"hours", state.seconds / 3600}};
  nn::write_model_file(path, file);
}

Checkpoint train(const Task& task, const Recipe& recipe, const MakeBatch& make,
                 const TrainOptions& options) {
  if (options.threads > 0) at::set_num_threads(options.threads);
  cv::setNumThreads(1);  // the loader has threads of its own; the others belong to the network
  return Run(task, recipe, options).train(make);
}

}  // namespace siamtrack::training
