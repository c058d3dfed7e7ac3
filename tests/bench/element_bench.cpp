// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gst/check/gstharness.h>
#include <gst/gst.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "bridge/core_library.h"
#include "bridge/track_meta.h"
#include "nn/device.h"
#include "siamtrack/plugin_api.h"
#include "siamtrack/track.h"
#include "track/model_impl.h"
#include "track/track_impl.h"
#include "tracker/gstsiamtrack.h"

/// What the whole element costs beside the bare network on 1280x720 NV12, and beside cvtracker in
/// the same place; all in one run, taken in turns, so that a busy machine is equally unfair to all.
/// usage: element_bench [model] [threads] [rounds]
namespace {

using siamtrack::Box;
using siamtrack::Size;

constexpr Size kFrame{1280, 720};
constexpr Box kBox{600, 320, 90, 70};

struct Subject {
  std::string name;
  std::function<void()> work;
  std::vector<double> wall_ms;
  std::vector<double> cpu_ms;  ///< of all threads; what a busy machine disturbs least
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

GstBuffer* noise_frame() {
  const gsize bytes = gsize(kFrame.width) * kFrame.height * 3 / 2;
  GstBuffer* buffer = gst_buffer_new_allocate(nullptr, bytes, nullptr);
  GstMapInfo map;
  gst_buffer_map(buffer, &map, GST_MAP_WRITE);
  std::minstd_rand random(1);
  for (gsize i = 0; i < map.size; ++i) map.data[i] = guint8(128 + random() % 64);
  gst_buffer_unmap(buffer, &map);
  return buffer;
}

/// Pushes the same picture through launch syntax, one frame per call.
Subject element(const std::string& name, const std::string& launch) {
  GstHarness* harness = gst_harness_new_parse(launch.c_str());
  gst_harness_set_src_caps_str(
      harness, "video/x-raw,format=NV12,width=1280,height=720,framerate=30/1,colorimetry=bt709");
  GstBuffer* frame = noise_frame();
  const auto push = [harness, frame] {
    static GstClockTime time = 0;
    GstBuffer* buffer = gst_buffer_copy(frame);  // shares the pixels
    GST_BUFFER_PTS(buffer) = time += GST_SECOND / 30;
    gst_harness_push(harness, buffer);
    gst_buffer_unref(gst_harness_pull(harness));
  };
  push();  // starts the target
  return {name, push, {}, {}};
}

at::Tensor drawn(const siamtrack::SearchPlan& plan) {
  return at::rand({std::int64_t(plan.windows.size()), plan.patch_side, plan.patch_side, 3})
      .mul(255)
      .permute({0, 3, 1, 2});
}

/// The forward passes of one frame as the tracker makes it: same model, patches, threads.
Subject bare_network(const std::string& model_path, int threads) {
  siamtrack::ModelOptions options;
  options.num_threads = threads;
  const auto model = siamtrack::Model::load(model_path, options);
  static const std::vector<std::uint8_t> pixels(std::size_t(kFrame.width) * kFrame.height * 3, 100);
  siamtrack::FrameView view;
  view.format = siamtrack::PixelFormat::kBgr;
  view.size = kFrame;
  view.planes[0] = {pixels.data(), 3 * kFrame.width};
  auto track = std::make_shared<siamtrack::Track>(model, siamtrack::TrackConfig{}, view, kBox);
  const siamtrack::System& system = *model->impl().system;
  std::vector<at::Tensor> looks{drawn(system.plan(track->impl().state, kFrame))};
  while (std::ssize(looks) < system.looks()) {
    looks.push_back(drawn(system.closer_plan(track->impl().state, kFrame)));
  }
  std::vector<at::Tensor> outlines;
  if (const auto plan = system.outline_plan(track->impl().state)) outlines = {drawn(*plan)};
  return {
      "network forward",
      [model, track, looks, outlines] {
        const c10::InferenceMode no_autograd;
        const siamtrack::nn::ThreadLimit limit(model->impl().threads);
        const siamtrack::Template* exemplar = &track->impl().exemplar;
        for (const at::Tensor& patches : looks) {
          model->impl().system->respond(patches, {&exemplar, 1});
        }
        for (const at::Tensor& patches : outlines) {  // with what is read off the map
          const siamtrack::TrackState& state = track->impl().state;
          const auto plan = model->impl().system->outline_plan(state);
          model->impl().system->outline(patches, {&exemplar, 1}, {&state, 1}, {&*plan, 1}, kFrame);
        }
      },
      {}};
}

std::string cvtracker(int algorithm) {
  return "videoconvert ! cvtracker draw-rect=false object-initial-x=600 object-initial-y=320 "
         "object-initial-width=90 object-initial-height=70 algorithm=" +
         std::to_string(algorithm);
}

std::vector<Subject> subjects(const std::string& model, int threads) {
  std::vector<Subject> all;
  all.push_back(bare_network(model, threads));
  all.push_back(element(
      "siamtrack", "siamtrack late-policy=track-all lost-threshold=0 box=600,320,90,70 model=" +
                       model + " num-threads=" + std::to_string(threads)));
  if (GstElementFactory* factory = gst_element_factory_find("cvtracker")) {
    gst_object_unref(factory);
    all.push_back(element("videoconvert ! cvtracker KCF", cvtracker(2)));
    all.push_back(element("videoconvert ! cvtracker CSRT", cvtracker(1)));
  }
  all.push_back(element("videoconvert to RGB", "videoconvert ! video/x-raw,format=RGB ! identity"));
  return all;
}

double cpu_ms() { return 1000.0 * double(std::clock()) / CLOCKS_PER_SEC; }

void run(std::vector<Subject>& all, int rounds) {
  using Clock = std::chrono::steady_clock;
  for (int round = 0; round < rounds; ++round) {
    for (Subject& subject : all) {
      const double cpu = cpu_ms();
      const auto begin = Clock::now();
      subject.work();
      subject.wall_ms.push_back(
          std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
      subject.cpu_ms.push_back(cpu_ms() - cpu);
    }
  }
}

void print(const std::vector<Subject>& all) {
  const double network = median(all[0].cpu_ms);
  std::printf("%-32s %10s %10s %10s %10s\n", "", "median ms", "least ms", "CPU ms", "x network");
  for (const Subject& subject : all) {
    const double cpu = median(subject.cpu_ms);
    std::printf(
        "%-32s %10.2f %10.2f %10.2f %10.2f\n", subject.name.c_str(), median(subject.wall_ms),
        *std::min_element(subject.wall_ms.begin(), subject.wall_ms.end()), cpu, cpu / network);
  }
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(nullptr, nullptr);
  siamtrack::bridge::register_track_meta();
  GST_ELEMENT_REGISTER(siamtrack, nullptr);
  siamtrack::bridge::replace_core_api(siamtrack_plugin_api(siamtrack::kPluginApiVersion));
  const std::string model = argc > 1 ? argv[1] : "default";
  const int threads = argc > 2 ? std::atoi(argv[2]) : 1;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 30;
  std::vector<Subject> all = subjects(model, threads);
  run(all, rounds);
  std::printf("1280x720 NV12, %d thread(s), %d rounds\n", threads, rounds);
  print(all);
  return 0;
}
