// SPDX-License-Identifier: LGPL-2.1-or-later
#include "painter.h"

#include <algorithm>
#include <iterator>

namespace siamtrack::overlay {
namespace {

Rectangle place(const Picture& picture, const Rect& at) {
  return Rectangle(gst_video_overlay_rectangle_new_raw(
      picture.pixels.get(), at.x, at.y, static_cast<guint>(at.width), static_cast<guint>(at.height),
      GST_VIDEO_OVERLAY_FORMAT_FLAG_NONE));
}

Rectangle filled(const Stroke& stroke) {
  const Picture picture = new_picture({stroke.rect.width, stroke.rect.height});
  GstMapInfo map;
  if (gst_buffer_map(picture.pixels.get(), &map, GST_MAP_WRITE)) {
    std::fill_n(reinterpret_cast<std::uint32_t*>(map.data), map.size / 4, stroke.colour);
    gst_buffer_unmap(picture.pixels.get(), &map);
  }
  return place(picture, stroke.rect);
}

}  // namespace

void Painter::plan_label(const bridge::TargetRecord& target, const OverlayStyle& style, Size frame,
                         Scene& scene) {
  std::string text = label_text(target, style.labels);
  if (text.empty()) return;
  const std::uint32_t colour = target_colour(target, style);
  const int height = font_size(style, frame);
  const Rect where = label_place(target.box, labels_.paint(text, colour, height).size, frame);
  if (where.width > 0) scene.labels.push_back({std::move(text), colour, height, where});
}

Painter::Scene Painter::plan(const std::vector<bridge::TargetRecord>& targets,
                             const OverlayStyle& style, const Canvas& canvas) {
  Scene scene;
  const auto add = [&scene](std::vector<Stroke> strokes) {
    std::move(strokes.begin(), strokes.end(), std::back_inserter(scene.strokes));
  };
  for (const bridge::TargetRecord& target : targets) {
    if (target.state == bridge::TargetState::kLost && !style.draw_lost) continue;
    if (style.trail) add(trail(target, style, canvas));
    add(outline(target, style, canvas));
    plan_label(target, style, canvas.size, scene);
  }
  return scene;
}

void Painter::render() {
  rectangles_.clear();
  for (const Stroke& stroke : scene_.strokes) rectangles_.push_back(filled(stroke));
  for (const Label& label : scene_.labels) {
    rectangles_.push_back(
        place(labels_.paint(label.text, label.colour, label.height), label.place));
  }
}

const std::vector<Rectangle>& Painter::paint(const std::vector<bridge::TargetRecord>& targets,
                                             const OverlayStyle& style, const Canvas& canvas) {
  Scene scene = plan(targets, style, canvas);
  if (scene != scene_) {
    scene_ = std::move(scene);
    render();
  }
  return rectangles_;
}

}  // namespace siamtrack::overlay
