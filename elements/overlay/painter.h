// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/video/video.h>

#include <memory>
#include <string>
#include <vector>

#include "label_painter.h"
#include "shapes.h"
#include "strokes.h"

namespace siamtrack::overlay {

struct RectangleUnref {
  void operator()(GstVideoOverlayRectangle* r) const { gst_video_overlay_rectangle_unref(r); }
};
using Rectangle = std::unique_ptr<GstVideoOverlayRectangle, RectangleUnref>;

/// Turns targets into small overlay rectangles, each as tight as what it shows.
class Painter {
 public:
  /// @return  in drawing order, valid until the next call; the same objects as last time when the
  ///          picture has not changed, so that a renderer downstream keeps its textures
  const std::vector<Rectangle>& paint(const std::vector<bridge::TargetRecord>& targets,
                                      const OverlayStyle& style, const Canvas& canvas);

 private:
  struct Label {
    std::string text;
    std::uint32_t colour = 0;
    int height = 0;
    Rect place;
    bool operator==(const Label&) const = default;
  };
  struct Scene {
    std::vector<Veil> veils;
    std::vector<Stroke> strokes;
    std::vector<Ring> rings;
    std::vector<Label> labels;
    bool operator==(const Scene&) const = default;
  };
  Scene plan(const std::vector<bridge::TargetRecord>& targets, const OverlayStyle& style,
             const Canvas& canvas);
  void plan_label(const bridge::TargetRecord& target, const OverlayStyle& style, Size frame,
                  Scene& scene);
  void render();

  LabelPainter labels_;
  Scene scene_;
  std::vector<Rectangle> rectangles_;
};

}  // namespace siamtrack::overlay
