// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>

#include "geometry/search_region.h"
#include "training/pair_source.h"

namespace siamtrack::training {
namespace {

constexpr double kTurn = 0.25;          // rotation in the search patch, rad each way
constexpr double kTurnExemplar = 0.15;  // rotation in the exemplar, rad each way
constexpr double kOtherScene = 0.4;     // chance that the search patch lies in another picture
constexpr double kDistractor = 0.35;    // chance of a second object in the search patch
constexpr double kOccluder = 0.25;      // chance of something over the target
constexpr double kSceneLow = 0.5;       // px of the picture per patch px of a background
constexpr double kSceneHigh = 1.2;
constexpr double kDrift = 40;   // how far the background moves between patches, px each way
constexpr double kApart = 0.8;  // least distance of a distractor / side of the context
constexpr double kTouch = 0.4;  // least distance of an occluder / side of the context

/// A place in a picture from which a patch of `side` px can be cut.
PatchView background_view(Size size, int side, Random& random) {
  const double step =
      std::min({random.uniform(kSceneLow, kSceneHigh), static_cast<double>(size.width) / side,
                static_cast<double>(size.height) / side});
  const double half = step * side / 2;
  return {std::max(half, random.uniform(half, size.width - half)),
          std::max(half, random.uniform(half, size.height - half)), step, step, side};
}

double jitter(const GeometryLimits& limits, Random& random) {
  return 1 + random.symmetric(limits.scale);
}

/// Factor that gives the object its size in an exemplar of `side` px.
double fitting_scale(const Cutout& cutout, int side) {
  return side / context_side(cutout.box.width, cutout.box.height);
}

}  // namespace

const Cutout& PairSource::any_cutout(Random& random) const {
  const auto& cutouts = draw_set(random, /*outlined=*/true).cutouts;
  return cutouts[static_cast<std::size_t>(random.below(static_cast<int>(cutouts.size())))];
}

const Frame& PairSource::any_frame(Random& random) const {
  const auto& frames = draw_entry(random).sequence->frames;
  return frames[static_cast<std::size_t>(random.below(static_cast<int>(frames.size())))];
}

cv::Mat PairSource::add_other(cv::Mat& patch, const Box& target, double distance,
                              Random& random) const {
  const Cutout& other = any_cutout(random);
  const double direction = random.uniform(0, 2 * std::numbers::pi);
  const double scale =
      fitting_scale(other, options_.context_in_search()) * jitter(options_.search_geometry, random);
  return paste(patch, cut_out(*cache_, other), target.centre_x() + distance * std::cos(direction),
               target.centre_y() + distance * std::sin(direction), scale, random.symmetric(kTurn))
      .opacity;
}

void PairSource::cut_backgrounds(PairPlan& pair, Random& random) const {
  const Frame& scene = any_frame(random);
  const cv::Mat picture = cache_->picture(scene.picture);
  PatchView view = background_view(scene.size, options_.instance_size, random);
  PatchView near = view;
  near.side = options_.exemplar_size;
  pair.exemplar.drawn = cut(picture, near, cv::mean(picture));
  if (random.chance(kOtherScene)) {
    const Frame& other = any_frame(random);
    const cv::Mat there = cache_->picture(other.picture);
    view = background_view(other.size, options_.instance_size, random);
    pair.search.drawn = cut(there, view, cv::mean(there));
  } else {
    view.centre_x += random.symmetric(kDrift);
    view.centre_y += random.symmetric(kDrift);
    pair.search.drawn = cut(picture, view, cv::mean(picture));
  }
}

PairPlan PairSource::draw_composed(Random& random) const {
  const Cutout& chosen = any_cutout(random);
  const Sprite object = cut_out(*cache_, chosen);
  const double side = options_.context_in_search();
  const GeometryLimits& first = options_.exemplar_geometry;
  const GeometryLimits& second = options_.search_geometry;
  const auto place = [&](int side, const GeometryLimits& limits) {
    return side / 2.0 + random.symmetric(limits.shift);
  };

  PairPlan pair;
  pair.kind = PairKind::kComposed;
  cut_backgrounds(pair, random);
  const double exemplar_x = place(options_.exemplar_size, first);
  const double exemplar_y = place(options_.exemplar_size, first);
  paste(pair.exemplar.drawn, object, exemplar_x, exemplar_y,
        fitting_scale(chosen, options_.exemplar_size) * jitter(first, random),
        random.symmetric(kTurnExemplar));

  const double x = place(options_.instance_size, second);
  const double y = place(options_.instance_size, second);
  const Box target = Box::from_centre(x, y, 0, 0);
  if (random.chance(kDistractor)) {
    add_other(pair.search.drawn, target, side * random.uniform(kApart, 2 * kApart), random);
  }
  const Pasted pasted =
      paste(pair.search.drawn, object, x, y,
            fitting_scale(chosen, options_.context_in_search()) * jitter(second, random),
            random.symmetric(kTurn));
  pair.target = pasted.box;
  pair.drawn_mask = pasted.opacity > kSolid;
  if (random.chance(kOccluder)) {
    const double distance = side * random.uniform(kTouch, 2 * kTouch);
    const cv::Mat over = add_other(pair.search.drawn, target, distance, random);
    pair.drawn_mask.setTo(0, over > kSolid);
  }
  return pair;
}

}  // namespace siamtrack::training
