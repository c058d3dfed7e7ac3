// SPDX-License-Identifier: LGPL-2.1-or-later
#include "decode/proposals.h"

#include <cmath>

namespace siamtrack {
namespace {

float sigmoid(float logit) { return 1 / (1 + std::exp(-logit)); }

/// Softmax over two classes is the sigmoid of their difference.
std::vector<float> scores(const float* classification, std::size_t count, ScoreKind kind) {
  std::vector<float> result(count);
  const float* target = kind == ScoreKind::kSoftmax ? classification + count : classification;
  for (std::size_t i = 0; i < count; ++i) {
    const float background = kind == ScoreKind::kSoftmax ? classification[i] : 0;
    result[i] = sigmoid(target[i] - background);
  }
  return result;
}

Proposals make_proposals(int side, std::size_t per_cell) {
  Proposals proposals;
  proposals.side = side;
  proposals.per_cell = static_cast<int>(per_cell);
  const std::size_t count = per_cell * static_cast<std::size_t>(side) * side;
  for (auto* values :
       {&proposals.centre_x, &proposals.centre_y, &proposals.width, &proposals.height}) {
    values->resize(count);
  }
  return proposals;
}

/// Calls visit(index, anchor, x, y) for every proposal; x, y: place of its cell, network px.
/// @param first  place of the first cell, both ways
template <typename Visit>
void for_each_cell(const Proposals& proposals, int stride, double first, const Visit& visit) {
  const auto origin = static_cast<float>(first);
  std::size_t index = 0;
  for (int anchor = 0; anchor < proposals.per_cell; ++anchor) {
    for (int row = 0; row < proposals.side; ++row) {
      for (int column = 0; column < proposals.side; ++column, ++index) {
        visit(index, anchor, origin + static_cast<float>(stride * column),
              origin + static_cast<float>(stride * row));
      }
    }
  }
}

}  // namespace

Proposals decode_anchors(const float* classification, const float* regression, int side,
                         const std::vector<AnchorShape>& anchors, int stride, ScoreKind kind) {
  Proposals p = make_proposals(side, anchors.size());
  const std::size_t count = p.centre_x.size();
  p.score = scores(classification, count, kind);
  const double origin = grid_origin(side, stride);
  for_each_cell(p, stride, origin, [&](std::size_t i, int anchor, float x, float y) {
    const AnchorShape& shape = anchors[static_cast<std::size_t>(anchor)];
    const auto width = static_cast<float>(shape.width);
    const auto height = static_cast<float>(shape.height);
    p.centre_x[i] = regression[i] * width + x;
    p.centre_y[i] = regression[count + i] * height + y;
    p.width[i] = std::exp(regression[2 * count + i]) * width;
    p.height[i] = std::exp(regression[3 * count + i]) * height;
  });
  return p;
}

Proposals decode_distances(const float* classification, const float* regression, int side,
                           int stride, double origin) {
  Proposals p = make_proposals(side, 1);
  const std::size_t count = p.centre_x.size();
  p.score = scores(classification, count, ScoreKind::kSoftmax);
  for_each_cell(p, stride, origin, [&](std::size_t i, int, float x, float y) {
    const float left = x - regression[i];
    const float top = y - regression[count + i];
    const float right = x + regression[2 * count + i];
    const float bottom = y + regression[3 * count + i];
    p.centre_x[i] = (left + right) / 2;
    p.centre_y[i] = (top + bottom) / 2;
    p.width[i] = right - left;
    p.height[i] = bottom - top;
  });
  return p;
}

}  // namespace siamtrack
