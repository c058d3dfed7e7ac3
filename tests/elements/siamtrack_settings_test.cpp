// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "fake_core.h"
#include "gst_support.h"

/// What the element's settings do to the core, and what it tells of itself, over a scripted core.
namespace siamtrack::testing {
namespace {

constexpr const char* kCaps = "video/x-raw,format=NV12,width=640,height=480,framerate=30/1";

class SiamTrackSettings : public ::testing::Test {
 protected:
  FakeCore core;
};

TEST_F(SiamTrackSettings, PassesThresholdsOnWhilePlaying) {
  Bench bench("siamtrack lost-threshold=0.2 box=100,50,40,30", kCaps);
  bench.push();
  bench.set("lost-after", "3");
  bench.set("redetect", "global");
  bench.push();
  const auto configs = core.calls().configs;
  ASSERT_FALSE(configs.empty());
  EXPECT_EQ(configs.back().lost_threshold, 0.2);
  EXPECT_EQ(configs.back().lost_after, 3);
  EXPECT_EQ(configs.back().redetect, Redetect::kGlobal);
}

TEST_F(SiamTrackSettings, PassesModelOptionsOn) {
  Bench bench("siamtrack model=fast preset=vot2018 device=cpu device-id=1 num-threads=3", kCaps);
  EXPECT_EQ(core.calls().models.at(0), "fast");
  const ModelOptions options = core.calls().options;
  EXPECT_EQ(options.preset, "vot2018");
  EXPECT_EQ(options.device, Device::kCpu);
  EXPECT_EQ(options.device_id, 1);
  EXPECT_EQ(options.num_threads, 3);
}

TEST_F(SiamTrackSettings, MasksTravelWithTheBufferAndNotInMessages) {
  core.mask = Mask{100, 50, {2, 1}, {255, 0}};
  Bench bench("siamtrack messages=all box=100,50,40,30", kCaps);
  bench.push();
  const Seen seen = bench.push();
  ASSERT_TRUE(seen.targets.at(0).mask);
  EXPECT_EQ(seen.targets[0].mask->size, (Size{2, 1}));
  for (const News& news : bench.news()) {
    if (!news.structure) continue;
    const std::unique_ptr<gchar, decltype(&g_free)> text(
        gst_structure_to_string(news.structure.get()), g_free);
    EXPECT_EQ(std::string(text.get()).find("mask"), std::string::npos) << text.get();
  }
}

TEST_F(SiamTrackSettings, ExchangesTheModelWhilePlaying) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  const auto id = bench.push().targets.at(0).id;
  bench.set_model("other");
  bench.push();
  EXPECT_EQ(core.calls().starts.size(), 2u) << "the template was not made anew";
  EXPECT_EQ(bench.push().targets.at(0).id, id);
}

TEST_F(SiamTrackSettings, ExchangesThePresetWhilePlaying) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  const auto id = bench.push().targets.at(0).id;
  bench.set("preset", "no-outline");
  for (int i = 0; i < 400 && core.calls().options.preset != "no-outline"; ++i) g_usleep(5000);
  EXPECT_EQ(core.calls().options.preset, "no-outline");
  bench.set_model("fast");
  EXPECT_EQ(core.calls().options.preset, "no-outline");
  EXPECT_EQ(bench.push().targets.at(0).id, id);
}

TEST_F(SiamTrackSettings, ModelAndPresetSetTogetherAreLoadedTogether) {
  Bench bench("siamtrack preset=no-outline", kCaps);
  const std::size_t before = core.calls().models.size();
  g_object_set(bench.element(), "model", "fast", "preset", "", nullptr);
  for (int i = 0; i < 400 && core.calls().models.size() == before; ++i) g_usleep(5000);
  g_usleep(50000);  // time for what should not come
  EXPECT_EQ(core.calls().models.size(), before + 1);
  EXPECT_EQ(core.calls().models.back(), "fast");
  EXPECT_EQ(core.calls().options.preset, "");
}

TEST_F(SiamTrackSettings, ATargetThatStartsWithTheNewModelIsOfThatModel) {
  Bench bench("siamtrack max-targets=2 box=100,50,40,30", kCaps);
  bench.push();
  bench.set_model("other");
  bench.set("box", "300,50,40,30");
  EXPECT_EQ(bench.push().targets.size(), 2u);
  EXPECT_EQ(bench.push().targets.size(), 2u);
}

TEST_F(SiamTrackSettings, ALostTargetEndsWithItsModel) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  bench.push();
  core.status = TrackStatus::kLost;
  bench.push();
  bench.news();
  bench.set_model("other");
  EXPECT_TRUE(bench.push().targets.empty());
  const auto news = bench.news();
  ASSERT_EQ(count(news, "siamtrack-state"), 1u);
  EXPECT_EQ(find(news, "siamtrack-state")->string("reason"), "model-changed");
}

TEST_F(SiamTrackSettings, ALostTargetMayWaitForEver) {
  Bench bench("siamtrack box=100,50,40,30 lost-timeout=18446744073709551615", kCaps);
  core.status = TrackStatus::kLost;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(bench.push().targets.size(), 1u);
}

TEST_F(SiamTrackSettings, ALostTargetsTimeGoesOnAfterAFlush) {
  Bench bench("siamtrack reset-on=discont box=100,50,40,30 lost-timeout=100000000", kCaps);
  bench.push_at(10 * GST_SECOND);
  core.status = TrackStatus::kLost;
  EXPECT_EQ(bench.push_at(11 * GST_SECOND).targets.size(), 1u);
  flush(bench);
  EXPECT_EQ(bench.push_at(0).targets.size(), 1u);
  EXPECT_EQ(bench.push_at(90 * GST_MSECOND).targets.size(), 1u);
  EXPECT_TRUE(bench.push_at(100 * GST_MSECOND).targets.empty());
}

TEST_F(SiamTrackSettings, CvtrackersPropertiesAreOneBox) {
  Bench bench(
      "siamtrack max-targets=4 object-initial-x=50 object-initial-y=60 object-initial-width=70 "
      "object-initial-height=80",
      kCaps);
  bench.push();
  g_object_set(bench.element(), "object-initial-x", 200, "object-initial-y", 210,
               "object-initial-width", 40, "object-initial-height", 50, nullptr);
  const Seen seen = bench.push();
  ASSERT_EQ(seen.targets.size(), 2u);
  EXPECT_EQ(seen.targets[1].box, (Box{200, 210, 40, 50}));
}

TEST_F(SiamTrackSettings, KeepsTheModelWhenTheNextCannotBeLoaded) {
  Bench bench("siamtrack box=100,50,40,30", kCaps);
  bench.push();
  core.open_error = ErrorCode::kModelNotFound;
  bench.set("model", "missing");
  std::vector<News> news;
  for (int i = 0; i < 200 && news.empty(); ++i) {
    g_usleep(5000);
    for (News& one : bench.news()) {
      if (one.type == GST_MESSAGE_WARNING) news.push_back(std::move(one));
    }
  }
  ASSERT_FALSE(news.empty());
  EXPECT_EQ(news[0].domain, GST_RESOURCE_ERROR);
  EXPECT_EQ(bench.push().targets.size(), 1u);
}

TEST_F(SiamTrackSettings, TellsItsTargetsAndStatistics) {
  Bench bench("siamtrack max-targets=2 box=100,50,40,30 box=9999,9999,10,10", kCaps);
  bench.push();
  bench.push();
  GValue targets = G_VALUE_INIT;
  g_value_init(&targets, GST_TYPE_ARRAY);
  g_object_get_property(G_OBJECT(bench.element()), "targets", &targets);
  ASSERT_EQ(gst_value_array_get_size(&targets), 1u);
  const GstStructure* first = gst_value_get_structure(gst_value_array_get_value(&targets, 0));
  EXPECT_EQ(bridge::from_structure(first).box, (Box{101, 52, 40, 30}));
  g_value_unset(&targets);
  GstStructure* stats = nullptr;
  g_object_get(bench.element(), "stats", &stats, nullptr);
  const Owned<GstStructure> owned(stats);
  guint64 frames = 0, tracked = 0, inits = 0, rejected = 0;
  gst_structure_get(stats, "frames", G_TYPE_UINT64, &frames, "tracked", G_TYPE_UINT64, &tracked,
                    "inits", G_TYPE_UINT64, &inits, "rejected", G_TYPE_UINT64, &rejected, nullptr);
  EXPECT_EQ(frames, 2u);
  EXPECT_EQ(tracked, 1u);
  EXPECT_EQ(inits, 1u);
  EXPECT_EQ(rejected, 1u);
}

TEST_F(SiamTrackSettings, AllPropertiesHaveTextAndSaneDefaults) {
  const Owned<GstElement> element(gst_element_factory_make("siamtrack", nullptr));
  gst_object_ref_sink(element.get());
  guint number = 0;
  GParamSpec** specs = g_object_class_list_properties(G_OBJECT_GET_CLASS(element.get()), &number);
  for (guint i = 0; i < number; ++i) {
    if (specs[i]->owner_type != G_OBJECT_TYPE(element.get())) continue;
    EXPECT_GT(std::string(g_param_spec_get_blurb(specs[i])).size(), 5u) << specs[i]->name;
    GValue value = G_VALUE_INIT;
    g_value_init(&value, specs[i]->value_type);
    g_object_get_property(G_OBJECT(element.get()), specs[i]->name, &value);
    if (specs[i]->flags & G_PARAM_WRITABLE) {
      EXPECT_TRUE(g_param_value_defaults(specs[i], &value)) << specs[i]->name;
      g_object_set_property(G_OBJECT(element.get()), specs[i]->name, &value);
    }
    g_value_unset(&value);
  }
  g_free(specs);
}

}  // namespace
}  // namespace siamtrack::testing
