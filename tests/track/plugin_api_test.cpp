// SPDX-License-Identifier: LGPL-2.1-or-later
#include "siamtrack/plugin_api.h"

#include <gtest/gtest.h>

#include "random_model.h"
#include "siamtrack/error.h"

namespace siamtrack::testing {
namespace {

TEST(PluginApi, AnswersOnlyToItsOwnVersion) {
  EXPECT_NE(siamtrack_plugin_api(kPluginApiVersion), nullptr);
  EXPECT_EQ(siamtrack_plugin_api(kPluginApiVersion + 1), nullptr);
}

TEST(PluginApi, SharesEqualModelsWhileTheyAreUsed) {
  const PluginApi& api = *siamtrack_plugin_api(kPluginApiVersion);
  ModelOptions options;
  options.num_threads = 1;
  const std::string path = random_siamfc_model();
  auto first = api.open_model(path, options);
  EXPECT_EQ(api.open_model(path, options), first);
  options.num_threads = 2;
  EXPECT_NE(api.open_model(path, options), first);
  options.num_threads = 1;
  options.overrides = R"({"scales": 1})";
  EXPECT_NE(api.open_model(path, options), first);
  const std::weak_ptr<const PluginModel> gone = first;
  first.reset();
  EXPECT_TRUE(gone.expired());
}

TEST(PluginApi, PassesErrorsOn) {
  const PluginApi& api = *siamtrack_plugin_api(kPluginApiVersion);
  try {
    api.open_model("/nowhere/none.safetensors", {});
    FAIL() << "expected an Error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kModelNotFound);
  }
}

}  // namespace
}  // namespace siamtrack::testing
