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

Picture draw(const Stroke& stroke) {
  const auto [x, y, width, height] = stroke.rect;
  const std::vector<std::uint32_t> pixels(std::size_t(width) * height, stroke.colour);
  return new_picture({width, height}, pixels);
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
  labels_.expect(targets.size());
  const auto add = [&scene](std::vector<Stroke> strokes) {
    std::move(strokes.begin(), strokes.end(), std::back_inserter(scene.strokes));
  };
  for (const bridge::TargetRecord& target : targets) {
    if (target.state == bridge::TargetState::kLost && !style.draw_lost) continue;
    if (auto under = veil(target, style, canvas)) scene.veils.push_back(std::move(*under));
    if (style.trail) add(trail(target, style, canvas));
    if (!has_ring(target, style)) {
      add(outline(target, style, canvas));
    } else if (auto line = ring(target, style, canvas)) {
      scene.rings.push_back(std::move(*line));
    }
    plan_label(target, style, canvas.size, scene);
  }
  return scene;
}

void Painter::render() {
  rectangles_.clear();
  for (const Veil& veil : scene_.veils) rectangles_.push_back(place(draw(veil), veil.place));
  for (const Stroke& stroke : scene_.strokes) {
    rectangles_.push_back(place(draw(stroke), stroke.rect));
  }
  for (const Ring& ring : scene_.rings) rectangles_.push_back(place(draw(ring), ring.place));
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
