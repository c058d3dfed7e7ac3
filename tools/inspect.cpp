// SPDX-License-Identifier: LGPL-2.1-or-later
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "commands.h"
#include "model_report.h"

namespace siamtrack::tools {

void add_inspect(const Context& context) {
  struct Arguments {
    std::string model = "default";
    bool backbones = false;
    bool systems = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = context.app.add_subcommand("inspect", "Says what a model file holds");
  command->add_option("model", arguments->model, "Model file or short name")->capture_default_str();
  command->add_flag("--backbones", arguments->backbones,
                    "Print the architecture table of all backbones instead");
  command->add_flag("--systems", arguments->systems,
                    "Print all trackers on all their backbones instead");
  command->callback([arguments] {
    const std::string text = arguments->backbones ? backbone_table()
                             : arguments->systems ? system_table()
                                                  : model_report(arguments->model);
    std::fputs(text.c_str(), stdout);
  });
}

}  // namespace siamtrack::tools
