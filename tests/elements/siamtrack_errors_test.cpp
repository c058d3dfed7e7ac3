// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <cstdlib>

#include "bridge/core_library.h"
#include "comma_locale.h"
#include "fake_core.h"
#include "gst_support.h"

/// Every failure is one error message in the right domain that names what failed.
namespace siamtrack::testing {
namespace {

std::vector<const News*> errors(const Outcome& run) {
  std::vector<const News*> all;
  for (const News& news : run.news) {
    if (news.type == GST_MESSAGE_ERROR) all.push_back(&news);
  }
  return all;
}

struct ErrorCase {
  const char* name;
  ErrorCode code;
  GQuark (*domain)();
  int gst_code;
};

class Errors : public ::testing::TestWithParam<ErrorCase> {
 protected:
  static constexpr const char* kLaunch =
      "videotestsrc num-buffers=5 ! siamtrack name=tracker model=broken box=10,10,50,50 ! fakesink";
  FakeCore core;
};

TEST_P(Errors, WhenTheModelIsLoaded) {
  core.open_error = GetParam().code;
  const Outcome run = run_pipeline(kLaunch);
  const auto found = errors(run);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]->domain, GetParam().domain());
  EXPECT_EQ(found[0]->code, GetParam().gst_code);
  EXPECT_NE(found[0]->text.find("broken"), std::string::npos) << found[0]->text;
}

TEST_P(Errors, WhenATargetIsStarted) {
  core.start_error = GetParam().code;
  const Outcome run = run_pipeline(kLaunch);
  ASSERT_FALSE(errors(run).empty());
  EXPECT_EQ(errors(run)[0]->domain, GetParam().domain());
  EXPECT_EQ(errors(run)[0]->code, GetParam().gst_code);
}

TEST_P(Errors, WhenAFrameIsTracked) {
  core.update_error = GetParam().code;
  const Outcome run = run_pipeline(kLaunch);
  ASSERT_FALSE(errors(run).empty());
  EXPECT_EQ(errors(run)[0]->domain, GetParam().domain());
}

INSTANTIATE_TEST_SUITE_P(
    All, Errors,
    ::testing::Values(ErrorCase{"NotFound", ErrorCode::kModelNotFound, gst_resource_error_quark,
                                GST_RESOURCE_ERROR_NOT_FOUND},
                      ErrorCase{"Unreadable", ErrorCode::kModelUnreadable, gst_resource_error_quark,
                                GST_RESOURCE_ERROR_OPEN_READ},
                      ErrorCase{"Invalid", ErrorCode::kModelInvalid, gst_library_error_quark,
                                GST_LIBRARY_ERROR_SETTINGS},
                      ErrorCase{"Device", ErrorCode::kDevice, gst_library_error_quark,
                                GST_LIBRARY_ERROR_INIT},
                      ErrorCase{"Memory", ErrorCode::kOutOfMemory, gst_resource_error_quark,
                                GST_RESOURCE_ERROR_NO_SPACE_LEFT},
                      ErrorCase{"Input", ErrorCode::kUnsupportedInput, gst_stream_error_quark,
                                GST_STREAM_ERROR_FORMAT},
                      ErrorCase{"Internal", ErrorCode::kInternal, gst_library_error_quark,
                                GST_LIBRARY_ERROR_FAILED}),
    [](const auto& test) { return test.param.name; });

/// The library is missing or is another one.
class LibraryErrors : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(LibraryErrors, NameTheFileAndTheReason) {
  bridge::replace_core_api(nullptr);
  const auto& [file, reason] = GetParam();
  ASSERT_EQ(setenv("SIAMTRACK_LIBRARY", file, 1), 0);
  const Outcome run =
      run_pipeline("videotestsrc num-buffers=5 ! siamtrack name=tracker ! fakesink");
  unsetenv("SIAMTRACK_LIBRARY");
  const auto found = errors(run);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]->domain, GST_LIBRARY_ERROR);
  EXPECT_EQ(found[0]->code, GST_LIBRARY_ERROR_INIT);
  EXPECT_NE(found[0]->text.find(file), std::string::npos) << found[0]->text;
  EXPECT_NE(found[0]->text.find(reason), std::string::npos) << found[0]->text;
}

INSTANTIATE_TEST_SUITE_P(All, LibraryErrors,
                         ::testing::Values(std::pair{"/nowhere/libsiamtrack.so.0", "No such file"},
                                           std::pair{"libm.so.6",
                                                     "no function siamtrack_plugin_api"}));

TEST(Rejection, NamesTheBoxAlikeInEveryLocale) {
  const FakeCore core;
  const CommaLocale german;
  if (!german.works()) GTEST_SKIP() << "this C library has no locale with decimal commas";
  Bench bench("siamtrack box=5000.5,1,2.5,30", "video/x-raw,format=GRAY8,width=64,height=48");
  EXPECT_TRUE(bench.push().targets.empty());
  std::string text;
  for (const News& news : bench.news()) text += news.text;
  EXPECT_NE(text.find("box 5000.5,1,2.5,30 in a frame of 64x48 rejected"), std::string::npos)
      << text;
}

TEST(Negotiation, RefusesFormatsThatTheCoreCannotRead) {
  FakeCore core;
  Bench bench("siamtrack box=10,10,50,50", "video/x-raw,format=GRAY16_LE,width=64,height=48");
  EXPECT_EQ(bench.push_only(), GST_FLOW_NOT_NEGOTIATED);
}

}  // namespace
}  // namespace siamtrack::testing
