// SPDX-License-Identifier: LGPL-2.1-or-later
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "commands.h"

namespace tools = siamtrack::tools;

namespace {

int run(int argc, char** argv) {
  CLI::App app{"Tracks any object in video with Siamese networks.", "siamtrack"};
  app.require_subcommand(1);
  app.set_version_flag("--version", SIAMTRACK_VERSION);
  int status = 0;
  const tools::Context context{app, status};
  tools::add_average(context);
  tools::add_bench(context);
  tools::add_calibrate(context);
  tools::add_eval(context);
  tools::add_inspect(context);
  tools::add_prepare(context);
  tools::add_track(context);
  tools::add_train(context);
  tools::add_trax(context);
  tools::add_tune(context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    const std::string text = error.what();
    // LibTorch's errors go on with a stack trace, which tells users nothing.
    const std::string message = text.substr(0, text.find("\nException raised from "));
    std::fprintf(stderr, "siamtrack: %s\n", message.c_str());
    return 1;
  }
}
