// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/rpn_update.h"

#include <algorithm>
#include <cmath>

#include "decode/response.h"
#include "geometry/search_region.h"

namespace siamtrack {
namespace {

constexpr double kSmallestSide = 10;  // frame px, pysot siamrpn_tracker

double change(double ratio) { return std::max(ratio, 1 / ratio); }

double mixed(double before, double now, double rate) { return before * (1 - rate) + now * rate; }

}  // namespace

double change_penalty(const Extent& now, const Extent& before, double penalty_k) {
  const double size =
      change(context_side(now.width, now.height) / context_side(before.width, before.height));
  const double ratio = change((before.width / before.height) / (now.width / now.height));
  return std::exp(-(ratio * size - 1) * penalty_k);
}

Choice choose(const Proposals& proposals, const Extent& before, const RpnParameters& parameters) {
  const std::vector<double> window = hann(proposals.side);
  const double influence = parameters.window_influence;
  Choice best;
  best.ranking = -1;
  std::size_t index = 0;
  for (int anchor = 0; anchor < proposals.per_cell; ++anchor) {
    for (const double row : window) {
      for (const double column : window) {
        const Extent now{proposals.width[index], proposals.height[index]};
        const double penalty = change_penalty(now, before, parameters.penalty_k);
        const double score = proposals.score[index];
        const double ranking = penalty * score * (1 - influence) + row * column * influence;
        if (ranking > best.ranking) best = {index, score, penalty, ranking};
        ++index;
      }
    }
  }
  return best;
}

Box updated_box(const Proposals& proposals, const Choice& choice, const Box& previous, double scale,
                double learning_rate) {
  const std::size_t i = choice.index;
  const double rate = choice.penalty * choice.score * learning_rate;
  return Box::from_centre(previous.centre_x() + proposals.centre_x[i] / scale,
                          previous.centre_y() + proposals.centre_y[i] / scale,
                          mixed(previous.width, proposals.width[i] / scale, rate),
                          mixed(previous.height, proposals.height[i] / scale, rate));
}

Box clip_to_frame(const Box& box, Size frame) {
  const double width = frame.width;
  const double height = frame.height;
  return Box::from_centre(std::clamp(box.centre_x(), 0.0, width),
                          std::clamp(box.centre_y(), 0.0, height),
                          std::max(kSmallestSide, std::min(box.width, width)),
                          std::max(kSmallestSide, std::min(box.height, height)));
}

}  // namespace siamtrack
