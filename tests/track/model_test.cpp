// SPDX-License-Identifier: LGPL-2.1-or-later
#include "siamtrack/model.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "random_model.h"
#include "siamtrack/error.h"

namespace siamtrack {
namespace {

/// Loads and returns the error; fails when there is none.
Error error_of(const std::string& name, const ModelOptions& options = {}) {
  try {
    Model::load(name, options);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "expected an error for " << name;
  return {ErrorCode::kInternal, ""};
}

/// A copy of the random model with other metadata or weights.
template <typename Change>
std::string changed_model(Change change) {
  static const testing::TemporaryFile file("-siamtrack-changed.safetensors");
  nn::ModelFile model = nn::read_model_file(testing::random_siamfc_model());
  change(model);
  nn::write_model_file(file.path, model);
  return file.path;
}

TEST(Model, TellsWhatItIs) {
  const auto model = Model::load(testing::random_siamfc_model(), {.device = Device::kCpu});
  EXPECT_EQ(model->info().architecture, "siamfc+");
  EXPECT_EQ(model->info().backbone, "ciresnet16h");
  EXPECT_EQ(model->info().device, "cpu");
  EXPECT_EQ(model->info().exemplar_size, 127);
  EXPECT_EQ(model->info().instance_size, 255);
  EXPECT_GT(model->info().parameters, 300'000);
}

TEST(Model, IsFoundByShortNameInTheModelPath) {
  const std::filesystem::path path = testing::random_siamfc_model();
  setenv("SIAMTRACK_MODEL_PATH", ("/nowhere::" + path.parent_path().string()).c_str(), 1);
  EXPECT_EQ(find_model(path.stem().string()), path.string());
  // A folder that cannot be looked into holds no model; the next one may.
  const std::string folders = "/" + std::string(300, 'x') + ":" + path.parent_path().string();
  setenv("SIAMTRACK_MODEL_PATH", ("/nowhere:" + folders).c_str(), 1);
  EXPECT_EQ(find_model(path.stem().string()), path.string());
  const Error error = error_of("no-such-model");
  EXPECT_EQ(error.code(), ErrorCode::kModelNotFound);
  EXPECT_NE(std::string(error.what()).find("/nowhere"), std::string::npos);
  EXPECT_NE(std::string(error.what()).find("no-such-model.safetensors"), std::string::npos);
}

TEST(Model, NamesAnUnknownArchitecture) {
  const std::string path =
      changed_model([](nn::ModelFile& f) { f.metadata["architecture"] = "goturn"; });
  const Error error = error_of(path);
  EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
  EXPECT_NE(std::string(error.what()).find(path), std::string::npos);
  EXPECT_NE(std::string(error.what()).find("found \"goturn\""), std::string::npos);
}

TEST(Model, NamesAnUnknownBackbone) {
  const std::string path = changed_model([](nn::ModelFile& f) { f.metadata["backbone"] = "vgg"; });
  EXPECT_EQ(error_of(path).code(), ErrorCode::kModelInvalid);
}

TEST(Model, NamesAMissingTensor) {
  const std::string key = "features.features.layer1.0.conv2.weight";
  const std::string path = changed_model([&](nn::ModelFile& f) { f.weights.erase(key); });
  const Error error = error_of(path);
  EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
  EXPECT_NE(std::string(error.what()).find(key), std::string::npos) << error.what();
}

TEST(Model, NamesATensorOfAnotherShape) {
  const std::string key = "features.features.conv1.weight";
  const std::string path = changed_model([&](nn::ModelFile& f) {
    f.weights[key] = at::zeros({64, 3, 5, 5});
  });
  const Error error = error_of(path);
  EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
  EXPECT_NE(std::string(error.what()).find(key), std::string::npos) << error.what();
}

TEST(Model, NamesAnUnknownHyperParameterAndPreset) {
  const std::string path = testing::random_siamfc_model();
  EXPECT_NE(std::string(error_of(path, {.overrides = R"({"windw": 1})"}).what()).find("windw"),
            std::string::npos);
  EXPECT_EQ(error_of(path, {.overrides = "not json"}).code(), ErrorCode::kInvalidArgument);
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(error_of(path, {.overrides = R"({"scales":)" + deep + "}"}).code(),
            ErrorCode::kInvalidArgument);
  EXPECT_NE(std::string(error_of(path, {.preset = "vot2099"}).what()).find("vot2099"),
            std::string::npos);
}

TEST(Model, PresetsAndOverridesLieOverTheDefaults) {
  const std::string path = changed_model([](nn::ModelFile& f) {
    f.metadata["presets"] = {{"large", {{"instance_size", 287}}}};
  });
  EXPECT_EQ(Model::load(path, {.preset = "large"})->info().instance_size, 287);
  EXPECT_EQ(Model::load(path, {.preset = "large", .overrides = R"({"instance_size": 271})"})
                ->info()
                .instance_size,
            271);
}

TEST(Model, NamesPatchesThatAreTooSmallForTheNetwork) {
  const std::string nanotrack = std::string(SIAMTRACK_SOURCE_MODELS) + "/default.safetensors";
  const auto refused = [](const std::string& path, const char* overrides, const char* text) {
    const Error error = error_of(path, {.overrides = overrides});
    EXPECT_EQ(error.code(), ErrorCode::kModelInvalid) << overrides;
    EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
  };
  refused(testing::random_siamfc_model(), R"({"instance_size": 64, "exemplar_size": 127})",
          "an exemplar of 127 px and a search patch of 64 px");
  refused(nanotrack, R"({"closer_instance_size": 16})", "a search patch of 16 px");
  refused(nanotrack, R"({"exemplar_size": 130})", "a template of 8 cells, found 9 for 130 px");
}

TEST(Model, WithoutAGpuCudaIsAClearErrorAndAutoIsTheCpu) {
  if (at::hasCUDA()) GTEST_SKIP() << "this LibTorch has CUDA support";
  const Error error = error_of(testing::random_siamfc_model(), {.device = Device::kCuda});
  EXPECT_EQ(error.code(), ErrorCode::kDevice);
  EXPECT_NE(std::string(error.what()).find("CUDA"), std::string::npos);
  EXPECT_EQ(Model::load(testing::random_siamfc_model())->info().device, "cpu");
}

}  // namespace
}  // namespace siamtrack
