// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/average_models.h"

#include <ATen/ATen.h>

#include "nn/check_weights.h"
#include "siamtrack/error.h"

namespace siamtrack::training {
namespace {

constexpr char kOrder[] = "channel_order";

/// What of the metadata tells one network from another.
constexpr const char* kNetwork[] = {"architecture", "backbone", "version", "width",   "head",
                                    "neck",         "fusion",   "refine",  "anchors", kOrder};

[[noreturn]] void differs(const NamedModel& model, const std::string& what,
                          const std::string& expected, const std::string& found) {
  throw Error(ErrorCode::kInvalidArgument, "mean of models: " + model.name + ": " + what +
                                               ": expected " + expected + ", found " + found);
}

nlohmann::json said(const NamedModel& model, const std::string& key) {
  const nlohmann::json unsaid = key == kOrder ? nlohmann::json("bgr") : nlohmann::json();
  return model.file.metadata.value(key, unsaid);
}

void check_same_network(const NamedModel& first, const NamedModel& model) {
  for (const char* key : kNetwork) {
    const nlohmann::json expected = said(first, key);
    const nlohmann::json found = said(model, key);
    if (expected != found) differs(model, key, expected.dump(), found.dump());
  }
  if (const auto other = nn::first_difference(first.file.weights, model.file.weights)) {
    differs(model, other->key, other->expected, other->found);
  }
}

}  // namespace

nn::ModelFile average_models(const std::vector<NamedModel>& models) {
  if (models.size() < 2) {
    throw Error(ErrorCode::kInvalidArgument,
                "mean of models: expected at least 2, found " + std::to_string(models.size()));
  }
  const NamedModel& first = models.front();
  nn::ModelFile mean{{}, first.file.metadata};
  nlohmann::json training = nlohmann::json::array();
  for (const NamedModel& model : models) {
    check_same_network(first, model);
    training.push_back(model.file.metadata.value("training", nlohmann::json()));
  }
  mean.metadata["training"] = {{"mean_of", training}};
  for (const auto& [key, tensor] : first.file.weights) {
    at::Tensor sum = at::zeros_like(tensor, at::kDouble);
    for (const NamedModel& model : models) sum += model.file.weights.at(key);
    mean.weights[key] = (sum / static_cast<double>(models.size())).to(tensor.scalar_type());
  }
  return mean;
}

}  // namespace siamtrack::training
