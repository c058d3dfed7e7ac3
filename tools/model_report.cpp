// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model_report.h"

#include <sstream>

#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "nn/rewrite.h"
#include "nn/safetensors.h"
#include "siamtrack/model.h"
#include "systems/configurations.h"
#include "systems/network_figures.h"
#include "text_format.h"

namespace siamtrack::tools {
namespace {

constexpr int kExemplar = 127;  // px, SiamDW sec. 5.1
constexpr int kInstance = 255;  // px, SiamDW sec. 5.1

std::string field_text(const nn::ReceptiveField& field) {
  const std::string largest = std::to_string(field.largest);
  return field.smallest == field.largest ? largest : std::to_string(field.smallest) + "-" + largest;
}

std::int64_t macs_as_run(const nn::Backbone& backbone, int size) {
  return nn::macs(nn::fold_crops(backbone), size);
}

/// One line of a table: a name and cells.
std::string table_row(const std::string& name, const std::vector<std::string>& cells) {
  constexpr int kNameWidth = -30;
  constexpr int kCellWidth = 11;
  std::string line = padded(name, kNameWidth);
  for (const std::string& cell : cells) line += padded(cell, kCellWidth);
  return line + "\n";
}

/// Lines "name   value" under a heading.
class Lines {
 public:
  void add(const std::string& name, const std::string& value) {
    if (!value.empty()) text_ << std::left << std::setw(kNameWidth) << name << value << '\n';
  }
  void heading(const std::string& name) { text_ << '\n' << name << '\n'; }
  std::string text() const { return text_.str(); }

 private:
  static constexpr int kNameWidth = 24;
  std::ostringstream text_;
};

std::string plain(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void add_object(Lines& lines, const std::string& heading, const nlohmann::json& object) {
  if (!object.is_object() || object.empty()) return;
  lines.heading(heading);
  for (const auto& [key, value] : object.items()) lines.add("  " + key, plain(value));
}

void add_backbone(Lines& lines, const nn::Backbone& backbone, const ModelInfo& info) {
  const auto features = [&](int size) {
    const std::string side = std::to_string(nn::output_size(backbone, size));
    return side + " x " + side + " x " + std::to_string(backbone.channels.back()) + " from " +
           std::to_string(size) + " px";
  };
  lines.heading("backbone " + backbone.name);
  lines.add("  parameters", millions(nn::parameter_count(backbone)));
  const std::int64_t plain = nn::macs(backbone, info.instance_size);
  const std::int64_t run = macs_as_run(backbone, info.instance_size);
  lines.add("  multiply-adds", billions(plain) + " for a search patch" +
                                   (run < plain ? ", " + billions(run) + " as run" : ""));
  lines.add("  stride", std::to_string(nn::total_stride(backbone)) + " px");
  lines.add("  receptive field", field_text(nn::receptive_field(backbone)) + " px");
  lines.add("  exemplar", features(info.exemplar_size));
  lines.add("  search", features(info.instance_size));
}

}  // namespace

std::string backbone_table() {
  std::string table = table_row("backbone", {"stride", "field", "OFS 127", "OFS 255", "channels",
                                             "parameters", "MACs 255", "as run"});
  for (const std::string& name : nn::backbone_names()) {
    const nn::Backbone backbone = nn::make_backbone(name, "");
    table += table_row(
        name,
        {std::to_string(nn::total_stride(backbone)), field_text(nn::receptive_field(backbone)),
         std::to_string(nn::output_size(backbone, kExemplar)),
         std::to_string(nn::output_size(backbone, kInstance)),
         std::to_string(backbone.channels.back()), millions(nn::parameter_count(backbone)),
         billions(nn::macs(backbone, kInstance)), billions(macs_as_run(backbone, kInstance))});
  }
  return table;
}

std::string system_table() {
  std::string table = table_row("system", {"exemplar", "search", "parameters", "MACs"});
  for (const Configuration& configuration : configurations()) {
    const NetworkFigures figures = network_figures(configuration.metadata);
    table +=
        table_row(configuration.name,
                  {std::to_string(figures.exemplar_size), std::to_string(figures.instance_size),
                   millions(nn::parameter_count(figures.tensors)), billions(figures.macs)});
  }
  return table;
}

std::string model_report(const std::string& name_or_path) {
  ModelOptions options;
  options.device = Device::kCpu;
  const std::shared_ptr<const Model> model = Model::load(name_or_path, options);
  const ModelInfo& info = model->info();
  const nlohmann::json metadata = nn::read_model_file(info.path).metadata;
  Lines lines;
  lines.add("file", info.path);
  lines.add("architecture", info.architecture);
  lines.add("parameters", millions(info.parameters));
  lines.add("multiply-adds",
            billions(network_figures(metadata).macs) + " for the first look at a frame");
  lines.add("licence", info.licence.empty() ? "not stated" : info.licence);
  if (metadata.contains("backbone")) {
    add_backbone(lines, nn::make_backbone(info.backbone, "", metadata.value("width", 1.0)), info);
  }
  add_object(lines, "hyper-parameters", metadata.value("hyper_parameters", nlohmann::json()));
  add_object(lines, "presets", metadata.value("presets", nlohmann::json()));
  add_object(lines, "training", metadata.value("training", nlohmann::json()));
  return lines.text();
}

}  // namespace siamtrack::tools
