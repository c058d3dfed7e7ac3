// SPDX-License-Identifier: LGPL-2.1-or-later
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

#include "commands.h"
#include "nn/device.h"
#include "nn/safetensors.h"
#include "siamtrack/error.h"
#include "training/device_pairs.h"
#include "training/distill_task.h"
#include "training/loss_plot.h"
#include "training/margin_task.h"
#include "training/mask_task.h"
#include "training/measure.h"
#include "training/outline_task.h"
#include "training/rpn_task.h"
#include "training/siamfc_task.h"
#include "training/student_task.h"
#include "training/trainer.h"

namespace siamtrack::tools {
namespace {

struct Arguments {
  std::string recipe, cache, out, initial, teacher;
  int threads = 0;
  int loader_threads = 0;  ///< 0: loader_threads_of() says
  std::string patches = "auto";
  double picture_memory = 8;  ///< GB
  std::int64_t stop_at = -1;
  int measure = 0;  ///< steps; 0: train
  bool cuda = false;
};

std::atomic<bool> stop_requested = false;

void request_stop(int signal) {
  stop_requested = true;
  std::signal(signal, SIG_DFL);  // a second signal ends the program at once
}

/// What one step frees the next one wants: glibc would give large blocks back to the system and
/// have them cleared anew, a tenth of a step on the CPU.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);  // never
#endif
}

void print(const training::Progress& progress) {
  const double percent =
      100.0 * static_cast<double>(progress.step) / static_cast<double>(progress.steps);
  std::printf("%5.1f %%  %lld pairs", percent, static_cast<long long>(progress.pairs));
  for (const auto& [name, value] : progress.losses) std::printf("  %s %.4f", name.c_str(), value);
  std::printf("  rate %.2e  %.1f pairs/s  loader idle %.0f %%  %.0f min left\n",
              progress.learning_rate, progress.pairs_per_second, 100 * progress.loader_idle,
              progress.seconds_left / 60);
  if (progress.skipped > 0)
    std::printf("%d steps without a useful loss left out\n", progress.skipped);
  std::fflush(stdout);
}

std::unique_ptr<training::Task> outline_task(const training::Recipe& recipe,
                                             const std::string& tracker) {
  if (!tracker.empty()) {
    return std::make_unique<training::OutlineTask>(recipe, nn::read_model_file(tracker).metadata);
  }
  throw Error(
      ErrorCode::kInvalidArgument,
      "recipe " + recipe.name + ": expected --init FILE, the tracker to outline, found none");
}

at::Device device_of(const Arguments& arguments) {
  return nn::select_device({.device = arguments.cuda ? Device::kCuda : Device::kCpu});
}

std::unique_ptr<training::Task> make_task(const training::Recipe& recipe,
                                          const Arguments& arguments) {
  const at::Device device = device_of(arguments);
  const std::string& name = recipe.architecture;
  if (name == "siamfc" || name == "siamfc+") return std::make_unique<training::SiamFcTask>(recipe);
  if (name == "siammargin") return std::make_unique<training::MarginTask>(recipe);
  if (name.starts_with("siammask")) return std::make_unique<training::MaskTask>(recipe);
  if (name != "nanotrack") return std::make_unique<training::RpnTask>(recipe);
  if (recipe.outline.context > 0) return outline_task(recipe, arguments.initial);
  const std::string& teacher = arguments.teacher;
  if (teacher.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                "recipe " + recipe.name + ": expected --teacher FILE, found none");
  }
  nn::ModelFile file = nn::read_model_file(teacher);
  if (recipe.student == training::StudentRecipe{}) {
    return std::make_unique<training::DistillTask>(recipe, std::move(file), device);
  }
  return std::make_unique<training::StudentTask>(recipe, std::move(file), device);
}

std::string first_few(const std::vector<std::string>& keys) {
  constexpr std::size_t kMost = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(kMost, keys.size()); ++i) {
    text += (i > 0 ? ", " : "") + keys[i];
  }
  return keys.size() > kMost ? text + ", ..." : text;
}

void print_imported(const training::Imported& imported) {
  std::printf("initial weights: %d tensors taken over\n", imported.taken);
  const auto list = [](const char* what, const std::vector<std::string>& keys) {
    if (!keys.empty()) std::printf("  %zu %s: %s\n", keys.size(), what, first_few(keys).c_str());
  };
  list("not in the file, fresh", imported.missing);
  list("of the file not used", imported.unused);
}

/// A GPU leaves the cores to the loader; else the network has them.
int loader_threads_of(const Arguments& arguments) {
  constexpr int kMost = 16;  // each has a batch in memory
  if (arguments.loader_threads > 0) return arguments.loader_threads;
  if (!arguments.cuda) return 1;
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()) - 1, 1, kMost);
}

/// Patches are made on the device where it is a GPU, unless the arguments say otherwise.
training::MakeBatch make_batches(const Arguments& arguments,
                                 const std::shared_ptr<const training::PairSource>& pairs) {
  const bool automatic = arguments.patches == "auto";
  if (arguments.patches == "host" || (automatic && !arguments.cuda)) {
    return [pairs](std::int64_t first, int count) { return pairs->batch(first, count); };
  }
  constexpr double kGigabyte = 1e9;
  const auto device = std::make_shared<training::DevicePairs>(
      pairs, device_of(arguments), static_cast<std::int64_t>(arguments.picture_memory * kGigabyte));
  std::printf("%zu pictures on the device, %zu stay in the cache\n", device->pictures().held(),
              device->pictures().left_out());
  return [device](std::int64_t first, int count) { return device->batch(first, count); };
}

void measure(const training::Task& task, const training::Recipe& recipe,
             const training::MakeBatch& make, const training::TrainOptions& options, int steps) {
  const training::StepTime time = training::measure_step(task, recipe, make, options, steps);
  std::printf("forward and backward  %8.1f ms\n", 1e3 * time.network);
  std::printf("whole step            %8.1f ms, %.2f times that\n", 1e3 * time.step,
              time.step / time.network);
  std::printf("one batch, one thread %8.1f ms, waited for %.0f %% of the step\n", 1e3 * time.loader,
              100 * time.waiting);
}

void run(const Arguments& arguments, int& status) {
  keep_freed_memory();
  const training::Recipe recipe = training::read_recipe(arguments.recipe);
  const auto task = make_task(recipe, arguments);
  const auto pairs = std::make_shared<training::PairSource>(
      std::make_shared<training::Cache>(arguments.cache), recipe.pairs, recipe.seed);
  const training::MakeBatch make = make_batches(arguments, pairs);
  training::TrainOptions options;
  options.folder = arguments.out;
  options.device = device_of(arguments);
  options.initial = arguments.initial;
  options.threads = arguments.threads;
  options.loader_threads = loader_threads_of(arguments);
  options.stop_at = arguments.stop_at;
  options.stop = &stop_requested;
  options.report = print;
  options.imported = print_imported;
  options.notice = [](const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); };
  if (arguments.measure > 0) return measure(*task, recipe, make, options, arguments.measure);
  if (arguments.out.empty()) {
    throw Error(ErrorCode::kInvalidArgument, "--out: expected a folder, found none");
  }
  if (!recipe.unfreeze.empty() && arguments.initial.empty()) {
    std::fprintf(stderr, "recipe %s freezes layers, which stay random without --init\n",
                 recipe.name.c_str());
  }
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  const training::Checkpoint end = training::train(*task, recipe, make, options);
  if (pairs->damaged() > 0) std::printf("damaged pictures left out: %d\n", pairs->damaged());
  training::plot_losses(options.folder);
  const bool finished = end.step == recipe.steps();
  std::printf("%s after %lld steps, %.0f s\n", finished ? "finished" : "interrupted",
              static_cast<long long>(end.step), end.seconds);
  status = finished || arguments.stop_at >= 0 ? 0 : 1;
}

}  // namespace

void add_train(const Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = context.app.add_subcommand(
      "train", "Trains a model by a recipe; goes on where an interrupted run stopped.");
  command->add_option("recipe", arguments->recipe, "Recipe file (JSON)")->required();
  command->add_option("--cache", arguments->cache, "Folder made by prepare")->required();
  command->add_option("--out", arguments->out, "Folder for checkpoints and the model");
  command->add_option("--init", arguments->initial, "Model file to start from");
  command->add_option("--teacher", arguments->teacher, "Model file that teaches (nanotrack)");
  command->add_option("--threads", arguments->threads, "CPU threads of the network");
  command
      ->add_option("--loader-threads", arguments->loader_threads,
                   "Threads that make patches (0 = one; with --cuda all cores but one)")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--stop-at", arguments->stop_at, "Stop after this many steps");
  command->add_flag("--cuda", arguments->cuda, "Train on the GPU");
  command
      ->add_option("--patches", arguments->patches,
                   "Where patches are cut and changed; auto: on the GPU if there is one")
      ->check(CLI::IsMember({"auto", "host", "device"}));
  command->add_option("--picture-memory", arguments->picture_memory,
                      "Most memory of the device for pictures, GB");
  command->add_option("--measure", arguments->measure,
                      "Time this many steps and the network alone, train nothing");
  int& status = context.status;
  command->callback([arguments, &status] { run(*arguments, status); });
}

}  // namespace siamtrack::tools
