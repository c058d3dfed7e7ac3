// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/trainer.h"

#include <ATen/Parallel.h>
#include <torch/optim.h>
#include <torch/serialize.h>
#include <torch/types.h>

// LibTorch 1.13's header needs torch/types.h before it.
#include <torch/nn/utils/clip_grad.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <opencv2/core/utility.hpp>
#include <sstream>

#include "nn/safetensors.h"
#include "siamtrack/error.h"
#include "training/loader.h"
#include "training/progress_log.h"

namespace siamtrack::training {
namespace {

constexpr int kBatchesAhead = 3;
constexpr char kCheckpoint[] = "/checkpoint.pt";
constexpr char kModel[] = "/model.safetensors";

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool is_statistic(const std::string& key) { return key.find(".running_") != std::string::npos; }

class Run {
 public:
  Run(const Task& task, const Recipe& recipe, const TrainOptions& options)
      : task_(task), recipe_(recipe), options_(options), log_(options.folder) {
    state_.architecture = recipe.architecture + " " + recipe.backbone;
    state_.recipe = recipe.name;
    begin();
  }

  Checkpoint train(const PairSource& pairs) {
    const std::int64_t end =
        options_.stop_at >= 0 ? std::min(options_.stop_at, recipe_.steps()) : recipe_.steps();
    Loader loader(
        [&](std::int64_t step) { return pairs.batch(step * recipe_.batch, recipe_.batch); },
        state_.step, kBatchesAhead);
    Clock::time_point saved = Clock::now();
    log_.start(state_.step, recipe_);
    while (state_.step < end && !(options_.stop && *options_.stop)) {
      const Clock::time_point start = Clock::now();
      const Batch batch = loader.next();
      step(batch);
      state_.seconds += seconds_since(start);
      if (log_.due(options_.report_every)) report(loader);
      if (seconds_since(saved) > options_.checkpoint_every) {
        save();
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
    } else {
      state_.weights = task_.initial_weights(recipe_.seed);
      if (!options_.initial.empty()) take_over(options_.initial);
      if (recipe_.average > 0) {
        for (const auto& [key, tensor] : state_.weights) state_.average[key] = tensor.clone();
      }
    }
    const at::Device device(options_.cuda ? at::kCUDA : at::kCPU);
    for (auto* weights : {&state_.weights, &state_.average}) {
      for (auto& [key, tensor] : *weights) tensor = on_device(tensor, device);
    }
    make_optimiser();
    if (!state_.optimiser.empty()) {
      std::istringstream text(state_.optimiser);
      torch::load(*optimiser_, text);
    }
  }

  void take_over(const std::string& path) {
    if (task_.import_weights(nn::read_model_file(path).weights, state_.weights) == 0) {
      throw Error(ErrorCode::kModelInvalid, "initial weights " + path + ": expected keys of " +
                                                state_.architecture + ", found none");
    }
  }

  static at::Tensor on_device(const at::Tensor& tensor, at::Device device) {
    const at::Tensor moved = tensor.to(device);
    return moved.dim() == 4 ? moved.contiguous(at::MemoryFormat::ChannelsLast) : moved;
  }

  double progress() const {
    return static_cast<double>(state_.step) / static_cast<double>(recipe_.steps());
  }

  /// A new optimiser over what is trained now (spec section 4.9: made again at each unfreezing).
  void make_optimiser() {
    trained_.clear();
    std::vector<at::Tensor> kernels, others;
    for (auto& [key, tensor] : state_.weights) {
      const bool trained = !is_statistic(key) && task_.trainable(key, progress());
      tensor.requires_grad_(trained);
      if (!trained) continue;
      trained_.push_back(tensor);
      (tensor.dim() == 4 ? kernels : others).push_back(tensor);
    }
    const OptimiserRecipe& how = recipe_.optimiser;
    if (how.kind == "sgd") {
      optimiser_ =
          std::make_unique<torch::optim::SGD>(trained_, torch::optim::SGDOptions(how.schedule.first)
                                                            .momentum(how.momentum)
                                                            .weight_decay(how.weight_decay));
      return;
    }
    const auto group = [&](std::vector<at::Tensor> tensors, double decay) {
      return torch::optim::OptimizerParamGroup(
          std::move(tensors),
          std::make_unique<torch::optim::AdamWOptions>(
              torch::optim::AdamWOptions(how.schedule.first).weight_decay(decay)));
    };
    optimiser_ = std::make_unique<torch::optim::AdamW>(
        std::vector{group(kernels, how.weight_decay), group(others, 0)});
  }

  bool unfreezes_now() const {
    for (const UnfreezeStep& row : recipe_.unfreeze) {
      const auto when = static_cast<std::int64_t>(row.progress * recipe_.steps());
      if (row.progress > 0 && when == state_.step) return true;
    }
    return false;
  }

  void step(const Batch& batch) {
    if (unfreezes_now()) make_optimiser();
    const double rate = learning_rate(recipe_, state_.step);
    for (auto& group : optimiser_->param_groups()) group.options().set_lr(rate);
    optimiser_->zero_grad();
    const StepLoss loss = task_.loss(state_.weights, batch, progress());
    require_finite(loss);
    loss.total.backward();
    // An infinite gradient would make every weight NaN: such a batch teaches nothing.
    if (std::isfinite(clip())) optimiser_->step();
    average();
    ++state_.step;
    log_.add(loss);
  }

  /// The weights are lost once the loss is: stop while the last checkpoint is sound.
  void require_finite(const StepLoss& loss) const {
    const double value = loss.total.item<double>();
    if (std::isfinite(value)) return;
    throw Error(ErrorCode::kInvalidArgument,
                "recipe " + recipe_.name + ": step " + std::to_string(state_.step) +
                    ": expected a finite loss, found " + std::to_string(value) +
                    "; the last checkpoint is kept; a longer warm-up or smaller steps may help");
  }

  /// Limits the gradient's norm as the recipe says. @return the norm before
  double clip() {
    const double limit = recipe_.optimiser.clip;
    return torch::nn::utils::clip_grad_norm_(trained_,
                                             limit > 0 ? limit : std::numeric_limits<float>::max());
  }

  void average() {
    const at::NoGradGuard no_gradient;
    for (auto& [key, mean] : state_.average) {
      // Early on the average follows quickly: it should not remember the random start.
      const double decay = std::min(recipe_.average, (state_.step + 1.0) / (state_.step + 10.0));
      mean.lerp_(state_.weights.at(key).detach(), 1 - decay);
    }
  }

  void report(const Loader& loader) {
    Progress progress = log_.flush(state_.step, recipe_, loader.waited());
    progress.learning_rate = learning_rate(recipe_, state_.step - 1);
    log_.write(progress);
    if (options_.report) options_.report(progress);
  }

  void save() {
    std::ostringstream text;
    torch::save(*optimiser_, text);
    state_.optimiser = text.str();
    write_checkpoint(options_.folder + kCheckpoint, state_);
    write_model(task_, recipe_, state_, options_.folder + kModel);
  }

  const Task& task_;
  const Recipe& recipe_;
  const TrainOptions& options_;
  ProgressLog log_;
  Checkpoint state_;
  std::vector<at::Tensor> trained_;
  std::unique_ptr<torch::optim::Optimizer> optimiser_;
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

Checkpoint train(const Task& task, const Recipe& recipe, const PairSource& pairs,
                 const TrainOptions& options) {
  if (options.threads > 0) at::set_num_threads(options.threads);
  cv::setNumThreads(1);  // the loader has one thread; the others belong to the network
  return Run(task, recipe, options).train(pairs);
}

}  // namespace siamtrack::training
