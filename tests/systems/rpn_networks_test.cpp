// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systems/rpn_networks.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "golden_map.h"
#include "hash_weights.h"
#include "shared_data.h"
#include "siamtrack/error.h"
#include "systems/anchor_system.h"
#include "systems/system.h"

namespace siamtrack {
namespace {

using nlohmann::json;
using testing::expect_recorded;
using testing::hash_image;
using testing::hash_weights;

constexpr int kExemplar = 127;

/// What PyTorch said: made by tests/golden/rpn_networks.py.
const json& golden() {
  static const json recorded =
      json::parse(std::ifstream(SIAMTRACK_GOLDEN_DIR "/rpn_networks.json"));
  return recorded;
}

class Network : public ::testing::TestWithParam<const char*> {};

TEST_P(Network, ComputesWhatPyTorchComputes) {
  const c10::InferenceMode guard;
  const json& row = golden().at(GetParam());
  const json& metadata = row.at("metadata");
  const auto system =
      make_system(metadata, hash_weights(nn::tensor_specs(make_rpn_network(metadata))), "", json());
  const Template exemplar = system->embed(hash_image("exemplar", kExemplar));
  const Template* const templates[] = {&exemplar};
  const auto responses = system->respond(hash_image("search", row.at("size")), templates);
  ASSERT_EQ(responses.size(), 1U);
  const at::Tensor& maps = responses[0][0];
  const auto classes = row.at("classification").at("shape")[0].get<std::int64_t>();
  expect_recorded(maps.narrow(1, 0, classes), row.at("classification"), "classification");
  expect_recorded(maps.narrow(1, classes, maps.size(1) - classes), row.at("regression"),
                  "regression");
}

INSTANTIATE_TEST_SUITE_P(Family, Network,
                         ::testing::Values("siamrpn", "siamrpn-big", "siamrpn+", "siamrpn+thicker",
                                           "siamrpn+22w", "siamrpn+incep", "siamrpn+next",
                                           "siamrpn++alex", "siamrpn++alex-layers", "siamrpn++r50",
                                           "siamrpn++r50-mean", "siamrpn++r50-lt",
                                           "siamrpn++mobile"));

/// Published number of parameters and the table of keys of a network.
struct Published {
  const char* network;  ///< row of the golden file
  std::int64_t parameters;
  const char* table;
};

void PrintTo(const Published& row, std::ostream* out) { *out << row.network; }

class Checkpoint : public ::testing::TestWithParam<Published> {};

TEST_P(Checkpoint, HasThePublishedNumberOfParameters) {
  const json& metadata = golden().at(GetParam().network).at("metadata");
  EXPECT_EQ(nn::parameter_count(nn::tensor_specs(make_rpn_network(metadata))),
            GetParam().parameters);
}

TEST_P(Checkpoint, HasThePublishedKeysAndShapes) {
  SIAMTRACK_REQUIRE_SHARED(table, std::string("spec/keys/") + GetParam().table);
  const json& metadata = golden().at(GetParam().network).at("metadata");
  EXPECT_EQ(testing::shapes_of(nn::tensor_specs(make_rpn_network(metadata))),
            testing::published_shapes(table));
}

INSTANTIATE_TEST_SUITE_P(
    Published, Checkpoint,
    ::testing::Values(Published{"siamrpn", 22632932, "SiamRPNvot.tsv"},
                      Published{"siamrpn-big", 90436132, "SiamRPNBIG.tsv"},
                      Published{"siamrpn+", 33302756, "SiamRPNRes22_thinner.tsv"},
                      Published{"siamrpn+thicker", 76959204, "SiamRPNRes22_thicker.tsv"},
                      Published{"siamrpn++alex", 6251102, "siamrpn_alex_dwxcorr.tsv"},
                      Published{"siamrpn++alex-layers", 6251102, "siamrpn_alex_new_alexnet.tsv"},
                      Published{"siamrpn++r50", 53950624, "siamrpn_r50_l234_dwxcorr.tsv"},
                      Published{"siamrpn++r50-lt", 60018336, "siamrpn_r50_l234_dwxcorr_lt.tsv"},
                      Published{"siamrpn++mobile", 11150446, "siamrpn_mobilev2.tsv"}));

TEST(RpnNetwork, NamesWhatIsMissingOrMisshapen) {
  const json metadata = golden().at("siamrpn++alex").at("metadata");
  nn::Weights weights = hash_weights(nn::tensor_specs(make_rpn_network(metadata)));
  weights.erase("rpn_head.cls.head.3.bias");
  weights["rpn_head.loc.head.3.weight"] = at::zeros({12, 256, 1, 1});  // three anchors
  try {
    make_system(metadata, weights, "", json());
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
    const std::string text = error.what();
    EXPECT_NE(text.find("rpn_head.cls.head.3.bias: expected [10], found none"), std::string::npos)
        << text;
    EXPECT_NE(text.find("expected [20, 256, 1, 1], found [12, 256, 1, 1]"), std::string::npos)
        << text;
  }
}

TEST(RpnNetwork, OtherHeadsAndFusionsAreNamed) {
  EXPECT_THROW(make_rpn_network(
                   {{"architecture", "siamrpn+"}, {"backbone", "ciresnet22"}, {"head", "wide"}}),
               Error);
  EXPECT_THROW(make_rpn_network(
                   {{"architecture", "siamrpn++"}, {"backbone", "resnet50"}, {"neck", {256, 256}}}),
               Error);
  EXPECT_THROW(make_rpn_network({{"architecture", "siamfc"}}), Error);
  EXPECT_THROW(make_rpn_network({{"architecture", "siamrpn"},
                                 {"backbone", "alexnet-rpn"},
                                 {"anchors", {{"ratios", {0.5, -1}}}}}),
               Error);
}

/// Requires an error of kModelInvalid that contains `text`.
template <typename Make>
void expect_invalid(const Make& make, const std::string& text) {
  try {
    make();
    ADD_FAILURE() << "no error about " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
    EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
  }
}

TEST(RpnNetwork, HasAFewAnchorsThatHaveAnArea) {
  const auto setup = [](const json& anchors) {
    HyperParameters none(json::object(), "siamrpn");
    const json metadata = {
        {"architecture", "siamrpn"}, {"backbone", "alexnet-rpn"}, {"anchors", anchors}};
    read_setup(metadata, none, {}, siamrpn_network(metadata), Rounding::kPysot);
  };
  const std::vector<double> many(9, 8);
  expect_invalid(
      [&] {
        setup({{"ratios", many}, {"scales", many}});
      },
      "expected 1 to 64, found 9 ratios and 9 scales");
  expect_invalid([&] { setup({{"ratios", json::array()}}); }, "found 0 ratios and 1 scales");
  expect_invalid([&] { setup({{"ratios", {70}}}); }, "expected sides above 0 px, found 0");
  expect_invalid([&] { setup({{"ratios", {0.01}}}); }, "expected sides above 0 px, found 640");
}

TEST(RpnNetwork, ItsAnchorsHaveTheBackbonesStride) {
  HyperParameters none(json::object(), "siamrpn");
  const auto stride = [&](const char* backbone) {
    const json metadata = {{"architecture", "siamrpn"}, {"backbone", backbone}};
    return read_setup(metadata, none, {}, siamrpn_network(metadata), Rounding::kPysot)
        .anchors.stride;
  };
  EXPECT_EQ(stride("alexnet-rpn"), 8);
  EXPECT_EQ(stride("ciresnet43"), 4);
}

TEST(RpnNetwork, RefusesPatchesThatAreTooSmallForIt) {
  const auto make = [](const char* network, const json& overrides) {
    const json& metadata = golden().at(network).at("metadata");
    make_system(metadata, hash_weights(nn::tensor_specs(make_rpn_network(metadata))), "",
                overrides);
  };
  expect_invalid(
      [&] {
        make("siamrpn++mobile", {{"exemplar_size", 48}});
      },
      "found none for an exemplar of 48 px");  // no centre of 7 cells to cut
  expect_invalid([&] { make("siamrpn", {{"exemplar_size", 64}}); }, "an exemplar of 64 px");
  for (const char* key : {"closer_instance_size", "small_instance_size", "lost_instance_size"}) {
    expect_invalid([&] { make("siamrpn", {{key, 100}}); }, "a search patch of 100 px");
  }
  expect_invalid(
      [&] {
        make("siamrpn++alex", {{"instance_size", 64}});
      },
      "a search patch of 64 px");
}

TEST(RpnNetwork, ABatchOfTargetsGivesWhatEachGivesAlone) {
  const c10::InferenceMode guard;
  for (const char* name : {"siamrpn", "siamrpn++alex"}) {
    const json& row = golden().at(name);
    const json& metadata = row.at("metadata");
    const auto system = make_system(
        metadata, hash_weights(nn::tensor_specs(make_rpn_network(metadata))), "", json());
    const Template first = system->embed(hash_image("exemplar", kExemplar));
    const Template second = system->embed(hash_image("another", kExemplar));
    const at::Tensor patches =
        at::cat({hash_image("search", row.at("size")), hash_image("elsewhere", row.at("size"))});
    const Template* const both[] = {&first, &second};
    const Template* const alone[] = {&second};
    const at::Tensor batched = system->respond(patches, both)[1][0];
    const at::Tensor single = system->respond(patches.narrow(0, 1, 1), alone)[0][0];
    EXPECT_LT((batched - single).abs().max().item<double>(),
              1e-5 * single.abs().max().item<double>())
        << name;
  }
}

}  // namespace
}  // namespace siamtrack
