// SPDX-License-Identifier: LGPL-2.1-or-later
#include <CLI/CLI.hpp>
#include <csignal>

#include "commands.h"
#include "evaluation/trax_server.h"
#include "options.h"

namespace siamtrack::tools {
namespace {

namespace ev = siamtrack::evaluation;

struct TraxArguments {
  std::string model = "default", opencv;
  ev::TrackerOptions tracker;
  ev::TraxOptions trax;
};

int trax(const TraxArguments& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto factory = arguments.opencv.empty()
                           ? ev::make_model_factory(arguments.model, arguments.tracker)
                           : ev::make_opencv_factory(arguments.opencv, arguments.tracker.seed);
  const auto channel = ev::open_trax_channel();
  return ev::serve_trax(*factory, *channel, arguments.trax);
}

}  // namespace

void add_trax(const Context& context) {
  auto arguments = std::make_shared<TraxArguments>();
  CLI::App& app =
      *context.app.add_subcommand("trax", "Serves a TraX client (VOT toolkits) on standard input");
  app.add_option("--model", arguments->model, "Model name or path")->capture_default_str();
  app.add_option("--opencv", arguments->opencv, "An OpenCV tracker instead of a model");
  app.add_option("--protocol", arguments->trax.version, "3 or 4")->check(CLI::Range(3, 4));
  add_tracker_options(app, arguments->tracker);
  app.callback([arguments, &status = context.status] { status = trax(*arguments); });
}

}  // namespace siamtrack::tools
