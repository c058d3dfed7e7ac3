// SPDX-License-Identifier: LGPL-2.1-or-later
#include <benchmark/benchmark.h>

#include "overlay/painter.h"
#include "overlay/render.h"

namespace siamtrack::overlay {
namespace {

bridge::TargetRecord moving_target(int step, Size frame) {
  bridge::TargetRecord target;
  target.id = 1;
  target.state = bridge::TargetState::kTracking;
  target.score = step % 100 / 100.0;
  target.box = {frame.width * 0.3 + step % 64, frame.height * 0.3, frame.width / 6.0,
                frame.height / 3.0};
  return target;
}

Size frame_size(const benchmark::State& state) {
  return {static_cast<int>(state.range(0)), static_cast<int>(state.range(1))};
}

GstVideoInfo nv12(Size size) {
  GstVideoInfo info;
  gst_video_info_set_format(&info, GST_VIDEO_FORMAT_NV12, guint(size.width), guint(size.height));
  return info;
}

/// The same with a mask that fills half of its box, and a polygon.
bridge::TargetRecord masked_target(int step, Size frame) {
  bridge::TargetRecord target = moving_target(step, frame);
  const Box& box = target.box;
  const Size size{static_cast<int>(box.width), static_cast<int>(box.height)};
  std::vector<guint8> pixels(std::size_t(size.width) * size.height);
  std::fill_n(pixels.begin(), pixels.size() / 2, 255);
  target.mask = {box, size, {g_bytes_new(pixels.data(), pixels.size()), g_bytes_unref}};
  target.polygon = {{box.x, box.y},
                    {box.x + box.width, box.y},
                    {box.x + box.width, box.y + box.height},
                    {box.x, box.y + box.height}};
  return target;
}

/// Everything that is done for one target that changes in every frame.
template <typename MakeTarget>
void draw(benchmark::State& state, unsigned labels, MakeTarget make) {
  const Size size = frame_size(state);
  const GstVideoInfo info = nv12(size);
  GstBuffer* frame = gst_buffer_new_allocate(nullptr, info.size, nullptr);
  OverlayStyle style;
  style.labels = labels;
  Painter painter;
  int step = 0;
  for (auto _ : state) blend(frame, info, painter.paint({make(++step, size)}, style, {size, 2}));
  gst_buffer_unref(frame);
}

void draw_target(benchmark::State& state) {
  draw(state, static_cast<unsigned>(state.range(2)), moving_target);
}

void draw_masked(benchmark::State& state) { draw(state, 0, masked_target); }

/// For comparison: one transparent canvas of the box's or the frame's size.
void blend_canvas(benchmark::State& state) {
  const Size size = frame_size(state);
  const bool whole = state.range(2) != 0;
  const GstVideoInfo info = nv12(size);
  GstBuffer* frame = gst_buffer_new_allocate(nullptr, info.size, nullptr);
  const Size canvas = whole ? size : Size{size.width / 6, size.height / 3};
  const Picture picture =
      new_picture(canvas, std::vector<std::uint32_t>(std::size_t(canvas.width) * canvas.height));
  GstVideoOverlayRectangle* rectangle =
      gst_video_overlay_rectangle_new_raw(picture.pixels.get(), 0, 0, guint(canvas.width),
                                          guint(canvas.height), GST_VIDEO_OVERLAY_FORMAT_FLAG_NONE);
  GstVideoOverlayComposition* composition = gst_video_overlay_composition_new(rectangle);
  for (auto _ : state) {
    GstVideoFrame mapped;
    gst_video_frame_map(&mapped, &info, frame,
                        static_cast<GstMapFlags>(GST_MAP_READ | GST_MAP_WRITE));
    gst_video_overlay_composition_blend(composition, &mapped);
    gst_video_frame_unmap(&mapped);
  }
  gst_video_overlay_composition_unref(composition);
  gst_video_overlay_rectangle_unref(rectangle);
  gst_buffer_unref(frame);
}

BENCHMARK(draw_target)
    ->ArgNames({"width", "height", "labels"})
    ->Args({1280, 720, 0})
    ->Args({1280, 720, 15})
    ->Args({1920, 1080, 0})
    ->Args({1920, 1080, 15})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(draw_masked)
    ->ArgNames({"width", "height"})
    ->Args({1280, 720})
    ->Args({1920, 1080})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(blend_canvas)
    ->ArgNames({"width", "height", "whole"})
    ->Args({1280, 720, 0})
    ->Args({1280, 720, 1})
    ->Args({1920, 1080, 0})
    ->Args({1920, 1080, 1})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace siamtrack::overlay

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
