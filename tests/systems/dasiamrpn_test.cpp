// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "nn/safetensors.h"
#include "random_model.h"
#include "siamtrack/track.h"
#include "synthetic.h"
#include "systems/network_figures.h"

namespace siamtrack {
namespace {

using nlohmann::json;
using testing::Picture;

constexpr Size kSize{800, 480};
constexpr int kBox = 64;    // side of every box: the square anchor, and 1 network px is 1 frame px
constexpr int kDrawn = 48;  // side of what is drawn in it; room for two poolings around it
constexpr int kCentre = 240;  // of the first frame's target, both axes
constexpr int kColours = 3;

struct Colour3 {
  std::uint8_t blue, green, red;
};
constexpr Colour3 kTarget{200, 40, 0};
constexpr Colour3 kAlike{140, 140, 60};

void paint(Picture& picture, int centre_x, int centre_y, Colour3 colour) {
  for (int y = centre_y - kDrawn / 2; y < centre_y + kDrawn / 2; ++y) {
    for (int x = centre_x - kDrawn / 2; x < centre_x + kDrawn / 2; ++x) {
      std::uint8_t* pixel = picture.pixels.data() + 3 * (std::size_t(y) * kSize.width + x);
      pixel[0] = colour.blue;
      pixel[1] = colour.green;
      pixel[2] = colour.red;
    }
  }
}

Picture black() {
  return {kSize, std::vector<std::uint8_t>(std::size_t{3} * kSize.width * kSize.height)};
}

/// A black picture with the target at one place.
Picture alone(int centre_x) {
  Picture picture = black();
  paint(picture, centre_x, kCentre, kTarget);
  return picture;
}

/// Lets `channels` channels through the middle of a convolution's kernel.
void pass_through(at::Tensor& weight, int channels, float gain) {
  const std::int64_t middle = weight.size(2) / 2;
  for (int c = 0; c < channels; ++c) weight[c][c][middle][middle] = gain;
}

/// Weights that compare colours. Channels 0 to 2 carry the colour in [0, 1], channel 3 a one. The
/// square anchor's logit at p is kGain mean(z x) - kOffset over 4 x 4 cells of template and search
/// features, those of all other anchors are far below; all boxes are the anchors themselves.
nn::Weights colour_weights(const std::vector<nn::TensorSpec>& specs) {
  constexpr float kGain = 14.6F;
  constexpr float kOffset = 6.37F;
  constexpr float kCells = 16;
  constexpr int kWidth = 256;
  constexpr int kAnchors = 5;
  constexpr int kSquare = 2;
  nn::Weights weights;
  for (const nn::TensorSpec& spec : specs) weights[spec.key] = at::zeros(spec.shape);
  for (const int layer : {0, 4, 8, 11, 14}) {
    const std::string conv = "featureExtract." + std::to_string(layer);
    const std::string norm = "featureExtract." + std::to_string(layer + 1);
    pass_through(weights[conv + ".weight"], layer == 0 ? kColours : kColours + 1,
                 layer == 0 ? 1.0F / 255 : 1.0F);
    if (layer == 0) weights[conv + ".bias"][kColours] = 1;
    weights[norm + ".weight"].fill_(1);
    weights[norm + ".running_var"].fill_(1);
  }
  pass_through(weights["conv_cls2.weight"], kColours + 1, 1);
  for (int anchor = 0; anchor < kAnchors; ++anchor) {
    const int first = (kAnchors + anchor) * kWidth;  // of the target's channels
    weights["conv_cls1.bias"][first + kColours] = anchor == kSquare ? -kOffset / kCells : -1.0F;
    for (int c = 0; c < kColours && anchor == kSquare; ++c) {
      weights["conv_cls1.weight"][first + c][c][1][1] = kGain / kCells;
    }
  }
  return weights;
}

std::shared_ptr<const Model> colour_model(const json& overrides) {
  static const testing::TemporaryFile file("-siamtrack-colours.safetensors");
  if (!std::filesystem::exists(file.path)) {
    nn::ModelFile model;
    model.metadata = {{"architecture", "dasiamrpn"}, {"backbone", "alexnet-rpn"}};
    model.weights = colour_weights(network_figures(model.metadata).tensors);
    nn::write_model_file(file.path, model);
  }
  json values = {{"penalty_k", 0}, {"window_influence", 0.25}, {"learning_rate", 0}};
  values.update(overrides);
  ModelOptions options;
  options.device = Device::kCpu;
  options.overrides = values.dump();
  return Model::load(file.path, options);
}

Track start(const json& overrides, const TrackConfig& config) {
  return {colour_model(overrides), config, alone(kCentre).view(),
          Box::from_centre(kCentre, kCentre, kBox, kBox)};
}

// --- distractors (sec. 3.4) ----------------------------------------------------------------------

constexpr int kAside = 68;  // px that the target has moved in the second frame

/// Something like the target has taken its place, two more of its kind are above and below; the
/// target itself has moved to the side.
Picture crowd() {
  Picture picture = alone(kCentre + kAside);
  for (const int y : {kCentre - kBox, kCentre, kCentre + kBox}) {
    paint(picture, kCentre, y, kAlike);
  }
  return picture;
}

TEST(DaSiamRpn, WithoutRankingAgainTheWindowPrefersWhatIsInTheTargetsPlace) {
  Track track = start({{"distractor_influence", 0}}, {.lost_threshold = 0});
  const Box box = track.update(crowd().view()).box;
  EXPECT_LT(std::abs(box.centre_x() - kCentre), kAside / 3.0);
}

TEST(DaSiamRpn, RanksTheTargetAboveWhatResemblesOtherProposals) {
  Track track = start({{"distractor_influence", 0.5}}, {.lost_threshold = 0});
  const TrackResult result = track.update(crowd().view());
  EXPECT_LT(std::abs(result.box.centre_x() - (kCentre + kAside)), kAside / 3.0);
  EXPECT_LT(std::abs(result.box.centre_y() - kCentre), kAside / 3.0);
  EXPECT_NEAR(result.score, 1 / (1 + std::exp(-3.0)), 0.02) << "the network's own score";
}

TEST(DaSiamRpn, WithoutDistractorsRankingAgainChangesNothing) {
  const Picture next = alone(kCentre + 16);
  Track plain = start({{"distractor_influence", 0}}, {});
  Track aware = start({{"distractor_influence", 0.5}}, {});
  EXPECT_EQ(plain.update(next.view()).box, aware.update(next.view()).box);
}

TEST(DaSiamRpn, WeakProposalsAreNoDistractors) {
  Track track =
      start({{"distractor_influence", 0.5}, {"distractor_threshold", 0.97}}, {.lost_threshold = 0});
  const Box box = track.update(crowd().view()).box;
  EXPECT_LT(std::abs(box.centre_x() - kCentre), kAside / 3.0);
}

// --- local-to-global search (sec. 3.5) -----------------------------------------------------------

constexpr TrackConfig kSoonLost{.lost_after = 2, .redetect = Redetect::kNone};
constexpr int kFar =
    420;  // 180 px from where it was; the normal map reaches 72 px, one of 527 px 200

/// Frames until the track is found again at kFar after it was lost; 0 = not within `most`.
int frames_until_found(Track& track, int most) {
  track.update(alone(kCentre).view());
  while (track.update(black().view()).status != TrackStatus::kLost) {
  }
  const Picture back = alone(kFar);
  for (int frame = 1; frame <= most; ++frame) {
    const TrackResult result = track.update(back.view());
    if (result.status == TrackStatus::kTracking) return frame;
    EXPECT_NEAR(result.box.centre_x(), kCentre, kBox / 4.0) << "stays where it was believed";
  }
  return 0;
}

TEST(LocalToGlobal, TheRegionGrowsUntilTheTargetIsFoundByTheSameTrack) {
  Track track = start({{"lost_instance_size", 527}, {"lost_instance_step", 64}}, kSoonLost);
  const int frames = frames_until_found(track, 6);
  EXPECT_GE(frames, 2);
  EXPECT_NEAR(track.result().box.centre_x(), kFar, kBox / 3.0);
  EXPECT_EQ(track.update(alone(kFar + 8).view()).status, TrackStatus::kTracking);
}

TEST(LocalToGlobal, TheNormalRegionDoesNotReachThatFar) {
  Track track = start({{"lost_instance_size", 0}}, kSoonLost);
  EXPECT_EQ(frames_until_found(track, 4), 0);
}

// SiamRPN++'s long-term mode (pysot siamrpnlt_tracker): the same without steps.
TEST(LongTerm, TheWholeRegionIsSearchedAtOnce) {
  Track track = start({{"lost_instance_size", 527}, {"lost_instance_step", 0}}, kSoonLost);
  EXPECT_EQ(frames_until_found(track, 3), 1);
  EXPECT_NEAR(track.result().box.centre_x(), kFar, kBox / 3.0);
}

}  // namespace
}  // namespace siamtrack
