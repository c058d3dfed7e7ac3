// SPDX-License-Identifier: LGPL-2.1-or-later
#include "options.h"

#include <CLI/CLI.hpp>
#include <map>

namespace siamtrack::tools {

void add_tracker_options(CLI::App& app, evaluation::TrackerOptions& options) {
  const std::map<std::string, Device> devices = {
      {"auto", Device::kAuto}, {"cpu", Device::kCpu}, {"cuda", Device::kCuda}};
  const std::map<std::string, Redetect> modes = {
      {"none", Redetect::kNone}, {"local", Redetect::kLocal}, {"global", Redetect::kGlobal}};
  app.add_option("--device", options.model.device, "auto, cpu or cuda")
      ->transform(CLI::CheckedTransformer(devices));
  app.add_option("--threads", options.model.num_threads, "CPU threads of one tracker");
  app.add_option("--preset", options.model.preset, "Named hyper-parameters of the model file");
  app.add_option("--lost-threshold", options.track.lost_threshold,
                 "Score under which is uncertain");
  app.add_option("--found-threshold", options.track.found_threshold, "Score that is found again");
  app.add_option("--redetect", options.track.redetect, "Where a lost target is searched for")
      ->transform(CLI::CheckedTransformer(modes));
}

}  // namespace siamtrack::tools
