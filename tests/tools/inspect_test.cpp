// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <sstream>

#include "model_report.h"
#include "nn/analysis.h"
#include "nn/backbones/backbones.h"
#include "nn/drawn_weights.h"
#include "nn/safetensors.h"
#include "siamtrack/error.h"
#include "temporary_file.h"

namespace siamtrack::tools {
namespace {

/// The words of the line that starts with `name`.
std::string line_of(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string joined;
    for (std::string word; words >> word;) joined += (joined.empty() ? "" : " ") + word;
    if (joined.starts_with(name + " ")) return joined;
  }
  return "";
}

TEST(BackboneTable, HasTheFiguresOfThePaper) {
  const std::string table = backbone_table();
  EXPECT_EQ(line_of(table, "ciresnet22"), "ciresnet22 8 93 5 21 512 1.445 M 2.629 G 2.440 G");
  EXPECT_EQ(line_of(table, "ciresnet16").substr(0, 32), "ciresnet16 8 77 7 23 512 1.304 M");
  for (const std::string& name : nn::backbone_names()) EXPECT_NE(line_of(table, name), "") << name;
}

TEST(SystemTable, HasEveryTracker) {
  const std::string table = system_table();
  EXPECT_EQ(line_of(table, "siamrpn++/resnet50").substr(0, 36),
            "siamrpn++/resnet50 127 255 53.951 M ");
  for (const char* name : {"siamfc/alexnet", "siamfc+/ciresnet22", "siamrpn+/ciresnext22",
                           "dasiamrpn/alexnet-rpn-big", "nanotrack/mobilenetv3-v3"}) {
    EXPECT_NE(line_of(table, name), "") << name;
  }
}

TEST(ModelReport, SaysWhatTheFileHolds) {
  const siamtrack::testing::TemporaryFile model("-inspect.safetensors");
  nn::ModelFile file;
  file.weights =
      nn::draw_weights(nn::tensor_specs(nn::make_backbone("ciresnet16h", "features.features.")));
  file.metadata = {{"architecture", "siamfc+"},
                   {"backbone", "ciresnet16h"},
                   {"licence", "CC0-1.0"},
                   {"hyper_parameters", {{"scale_step", 1.05}}}};
  nn::write_model_file(model.path, file);
  const std::string report = model_report(model.path);
  EXPECT_EQ(line_of(report, "architecture"), "architecture siamfc+");
  EXPECT_EQ(line_of(report, "licence"), "licence CC0-1.0");
  EXPECT_EQ(line_of(report, "backbone"), "backbone ciresnet16h");
  EXPECT_EQ(line_of(report, "stride"), "stride 8 px");
  EXPECT_EQ(line_of(report, "receptive"), "receptive field 77 px");
  EXPECT_EQ(line_of(report, "search"), "search 23 x 23 x 256 from 255 px");
  EXPECT_EQ(line_of(report, "scale_step"), "scale_step 1.05");
}

TEST(ModelReport, NamesTheMissingFile) {
  try {
    model_report("/no/such/model.safetensors");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/no/such/model.safetensors"), std::string::npos);
  }
}

}  // namespace
}  // namespace siamtrack::tools
