// SPDX-License-Identifier: LGPL-2.1-or-later
#include <CLI/CLI.hpp>
#include <cstdio>

#include "commands.h"
#include "siamtrack/model.h"
#include "training/average_models.h"

namespace siamtrack::tools {
namespace {

struct AverageArguments {
  std::vector<std::string> models;
  std::string output;
};

void average(const AverageArguments& arguments) {
  std::vector<training::NamedModel> models;
  models.reserve(arguments.models.size());
  for (const std::string& name : arguments.models) {
    models.push_back({name, nn::read_model_file(find_model(name))});
  }
  nn::write_model_file(arguments.output, training::average_models(models));
  std::printf("%s is the mean of %zu models\n", arguments.output.c_str(), models.size());
}

}  // namespace

void add_average(const Context& context) {
  auto arguments = std::make_shared<AverageArguments>();
  CLI::App* command = context.app.add_subcommand(
      "average", "Averages the weights of models trained on from the same start.");
  command->add_option("models", arguments->models, "Model files or names; the first is kept else")
      ->required();
  command->add_option("-o,--output", arguments->output, "Model file to write")->required();
  command->callback([arguments] { average(*arguments); });
}

}  // namespace siamtrack::tools
