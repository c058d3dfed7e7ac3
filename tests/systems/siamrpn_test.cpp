// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <cmath>

#include "open_system.h"
#include "track/update_state.h"

/// The search patch of SiamRPN's and DaSiamRPN's large models, which is wider for small targets
/// (DaSiamRPN code/run_SiamRPN.py, "adaptive").
namespace siamtrack {
namespace {

using testing::system_of;

constexpr const char* kSiamRpn = "siamrpn/alexnet-rpn-big";
constexpr const char* kDaSiamRpn = "dasiamrpn/alexnet-rpn-big";
constexpr double kScale = .9094658900300797;  // of 60 x 80 px, spec section 12
constexpr Size kFew{640, 480};                // px, of which the target's are .0156
constexpr Size kMany{1280, 960};              // .0039

TrackState target() { return initial_state(Box::from_centre(320, 240, 60, 80), {}); }

class AdaptivePatch : public ::testing::TestWithParam<const char*> {};

TEST_P(AdaptivePatch, IsWiderForASmallTargetAtTheSameScale) {
  const auto system = system_of(GetParam());
  const auto expect_plan = [&](Size frame, int patch, const SubWindow& window) {
    const SearchPlan plan = system->plan(target(), frame);
    EXPECT_EQ(plan.patch_side, patch);
    EXPECT_NEAR(plan.scale, kScale, 1e-12);
    ASSERT_EQ(plan.windows.size(), 1U);
    EXPECT_EQ(plan.windows[0].size, window.size);
    EXPECT_EQ(plan.windows[0].x, window.x);
    EXPECT_EQ(plan.windows[0].y, window.y);
  };
  expect_plan(kFew, 271, {171, 91, 298});   // 297.977 px; corners at 170.5 and 90.5
  expect_plan(kMany, 287, {162, 82, 316});  // 315.570 px; at 161.5 and 81.5
}

TEST_P(AdaptivePatch, IsForLessThanFourThousandthsOfTheFrame) {
  const auto system = system_of(GetParam());
  EXPECT_EQ(system->plan(target(), {1200, 1000}).patch_side, 271);
  EXPECT_EQ(system->plan(target(), {1201, 1000}).patch_side, 287);
}

TEST_P(AdaptivePatch, IsDecidedByTheFirstBox) {
  const auto system = system_of(GetParam());
  TrackState state = target();
  state.width = state.height = 300;
  EXPECT_EQ(system->plan(state, kMany).patch_side, 287);
  EXPECT_EQ(system->plan(state, kMany).windows[0].size, std::lround(2 * 300 * 287 / 127.0));
  state.width = state.height = 10;
  EXPECT_EQ(system->plan(state, kFew).patch_side, 271);
}

INSTANTIATE_TEST_SUITE_P(Large, AdaptivePatch, ::testing::Values(kSiamRpn, kDaSiamRpn));

TEST(SiamRpn, FindsTheSamePlaceOnBothPatches) {
  const auto system = system_of(kSiamRpn);
  for (const auto& [frame, cells] : {std::pair{kFew, 19}, std::pair{kMany, 21}}) {
    const at::Tensor maps = at::zeros({1, 30, cells, cells});
    const int middle = cells / 2;
    maps[0][5 + 2][middle - 1][middle + 2] = 30;  // the square anchor's logit
    const SearchPlan plan = system->plan(target(), frame);
    const Candidate found = system->decode({maps}, target(), plan, frame);
    EXPECT_NEAR(found.score, 1, 1e-6);
    EXPECT_NEAR(found.box.centre_x(), 320 + 2 * 8 / kScale, 1e-4) << cells;
    EXPECT_NEAR(found.box.centre_y(), 240 - 1 * 8 / kScale, 1e-4) << cells;
    EXPECT_GT(found.box.width, 60);  // towards 64 / kScale
    EXPECT_LT(found.box.height, 80);
  }
}

TEST(DaSiamRpn, SearchesForALostTargetInStepsFromItsOwnPatch) {
  const auto system = system_of(kDaSiamRpn);
  TrackState lost = target();
  lost.status = TrackStatus::kLost;
  for (const auto& [frames, more] : {std::pair{0, 64}, std::pair{1, 128}, std::pair{7, 512}}) {
    lost.lost_frames = frames;
    EXPECT_EQ(system->plan(lost, kFew).patch_side, 271 + more);
    EXPECT_EQ(system->plan(lost, kMany).patch_side, 287 + more);
  }
  lost.lost_frames = 100;
  EXPECT_EQ(system->plan(lost, kMany).patch_side, 831);
}

}  // namespace
}  // namespace siamtrack
