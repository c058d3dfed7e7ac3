// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/protocols.h"

#include <gtest/gtest.h>

#include "evaluation/restarts.h"
#include "evaluation/run.h"
#include "evaluation/vot_scores.h"
#include "fake_tracker.h"

namespace siamtrack::evaluation {
namespace {

using siamtrack::testing::NumberedFrames;
using siamtrack::testing::ScriptedTracker;
using siamtrack::testing::still_sequence;

const Box kBox{10, 10, 20, 20};
const Box kAway{70, 70, 10, 10};

int code(const Region& region) {
  const auto* special = std::get_if<Special>(&region);
  return special == nullptr ? -1 : special->code;
}

std::vector<int> codes(const Trajectory& trajectory) {
  std::vector<int> list;
  for (const auto& region : trajectory.regions) list.push_back(code(region));
  return list;
}

TEST(RunCourse, AnswersWithBoxesOrInTheAnnotationsKind) {
  ScriptedTracker tracker([](int) { return kBox; });
  tracker.mask = Mask{12, 13, {2, 1}, {255, 255}};
  tracker.rotated = RotatedBox{20, 20, 8, 6, 0};
  Sequence sequence = still_sequence(3);
  sequence.origin = 1;
  NumberedFrames frames(3);
  Problems problems;
  const auto answer = [&](const Region& annotation, bool as_annotated) {
    sequence.ground_truth = {Special{0}, annotation, annotation};
    const Course course{1, 2, 1, kBox, as_annotated};
    const Trajectory out = run_course(tracker, sequence, frames, course, problems);
    EXPECT_EQ(out.masks.size(), 2U) << "masks are kept in any case";
    return out.regions.back();
  };
  const Region polygon = Polygon{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}};
  const Box told{11, 11, 20, 20};
  EXPECT_EQ(std::get<Box>(answer(kBox, true)), told);
  EXPECT_EQ(std::get<Box>(answer(polygon, false)), told);
  EXPECT_EQ(bounding_box(answer(polygon, true)), (Box{17, 18, 8, 6}));
  EXPECT_TRUE(std::holds_alternative<Mask>(answer(*tracker.mask, true)));
}

TEST(Supervised, StartsAgainFiveFramesAfterAFailure) {
  const Sequence sequence = still_sequence(12);
  NumberedFrames frames(12);
  ScriptedTracker tracker([](int frame) { return frame == 3 ? kAway : kBox; });
  Problems problems;
  const auto out = run_supervised(tracker, sequence, frames, {}, problems);
  EXPECT_EQ(codes(out), (std::vector<int>{1, -1, -1, 2, 0, 0, 0, 0, 1, -1, -1, -1}));
  EXPECT_EQ(tracker.starts, (std::vector<int>{0, 8}));
  EXPECT_TRUE(problems.empty());
}

TEST(Supervised, NoStartWithoutAnnotation) {
  Sequence sequence = still_sequence(10);
  sequence.ground_truth[6] = sequence.ground_truth[7] = Special{0};
  NumberedFrames frames(10);
  ScriptedTracker tracker([](int frame) { return frame == 1 ? kAway : kBox; });
  Problems problems;
  run_supervised(tracker, sequence, frames, {}, problems);
  EXPECT_EQ(tracker.starts, (std::vector<int>{0, 8}));
}

TEST(Supervised, UnreadablePictureIsNamed) {
  const Sequence sequence = still_sequence(5);
  NumberedFrames frames(3);  // frames 3 and 4 are missing
  ScriptedTracker tracker([](int) { return kBox; });
  Problems problems;
  const auto out = run_supervised(tracker, sequence, frames, {}, problems);
  EXPECT_EQ(out.regions.size(), 5U);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].sequence, "still");
  EXPECT_EQ(problems[0].file, "frame 3");
}

TEST(Realtime, FastTrackerSeesEveryFrame) {
  const Sequence sequence = still_sequence(6);
  NumberedFrames frames(6);
  ScriptedTracker tracker([](int) { return kBox; });
  RealtimeOptions options;
  options.clock = [](long, bool, double) { return 0.01; };
  Problems problems;
  const auto out = run_realtime(tracker, sequence, frames, options, problems);
  EXPECT_EQ(tracker.updates, (std::vector<int>{1, 2, 3, 4, 5}));
  EXPECT_EQ(codes(out), (std::vector<int>{1, -1, -1, -1, -1, -1}));
}

TEST(Realtime, SlowTrackerMissesFramesAfterItsGrace) {
  // 20 fps, 0.12 s per answer: start and updates of 1 and 2 are forgiven, then 2.4 intervals each.
  // Clock in ms: 50, 100, 150, 270 (frame 270 / 50 = 5.4 -> 5 - 1 = 4), 390 (7.8 -> 8 - 1 = 7).
  const Sequence sequence = still_sequence(10);
  NumberedFrames frames(10);
  ScriptedTracker tracker([](int frame) { return Box{10.0 + frame, 10, 20, 20}; });
  RealtimeOptions options;
  options.clock = [](long, bool, double) { return 0.12; };
  Problems problems;
  const auto out = run_realtime(tracker, sequence, frames, options, problems);
  EXPECT_EQ(tracker.updates, (std::vector<int>{1, 2, 3, 5, 8}));
  const auto boxes = out.boxes();
  EXPECT_DOUBLE_EQ(boxes[3].x, 12);  // still the answer to frame 2
  EXPECT_DOUBLE_EQ(boxes[4].x, 13);  // the answer to frame 3 came while 4 was on display
  EXPECT_DOUBLE_EQ(boxes[6].x, 13);
  EXPECT_DOUBLE_EQ(boxes[7].x, 15);
}

TEST(Realtime, FailureStartsFiveFramesAfterTheFrameOnDisplay) {
  const Sequence sequence = still_sequence(12);
  NumberedFrames frames(12);
  ScriptedTracker tracker([](int frame) { return frame == 2 ? kAway : kBox; });
  RealtimeOptions options;
  options.clock = [](long, bool, double) { return 0.01; };
  Problems problems;
  const auto out = run_realtime(tracker, sequence, frames, options, problems);
  EXPECT_EQ(codes(out), (std::vector<int>{1, -1, 2, 0, 0, 0, 0, 1, -1, -1, -1, -1}));
}

TEST(Realtime, PythonRuleForgivesThenSkips) {
  PythonRealtime rule(0.05, 1);
  rule.answered(0.12);  // forgiven
  EXPECT_FALSE(rule.skips());
  rule.answered(0.12);  // 0.07 late: one frame passes, the rest (0.02) is not more than an interval
  EXPECT_TRUE(rule.skips());
  EXPECT_FALSE(rule.skips());
  rule.answered(0.09);  // within two intervals: no frame lost
  EXPECT_FALSE(rule.skips());
}

TEST(Multistart, AnchorsRunBothWays) {
  Sequence sequence = still_sequence(10);
  sequence.anchors.assign(10, 0);
  sequence.anchors[2] = 1;
  sequence.anchors[7] = -1;
  const auto courses = multistart_courses(sequence);
  ASSERT_EQ(courses.size(), 2U);
  EXPECT_EQ(courses[0].frames, 8U);
  EXPECT_EQ(courses[1].step, -1);
  EXPECT_EQ(courses[1].frames, 8U);
  NumberedFrames frames(10);
  ScriptedTracker tracker([](int) { return kBox; });
  Problems problems;
  run_course(tracker, sequence, frames, courses[1], problems);
  EXPECT_EQ(tracker.updates, (std::vector<int>{6, 5, 4, 3, 2, 1, 0}));
}

TEST(Temporal, TwentyStartsAsInMatlab) {
  // 119 usable frames of 119: last place with 20 left is 100, starts floor(1 : 100/19 : 100), 100.
  const auto courses = temporal_courses(still_sequence(119));
  ASSERT_EQ(courses.size(), 20U);
  EXPECT_EQ(courses[0].first, 0U);
  EXPECT_EQ(courses[1].first, 5U);    // floor(1 + 5.263) = 6, counted from 1
  EXPECT_EQ(courses[18].first, 94U);  // floor(1 + 94.737) = 95
  EXPECT_EQ(courses[19].first, 99U);
  EXPECT_EQ(courses[19].frames, 20U);
  EXPECT_EQ(temporal_courses(still_sequence(5)).size(), 1U);
}

TEST(Spatial, TwelveBoxesByHand) {
  Sequence sequence = still_sequence(30, {20, 30, 25, 40});
  sequence.origin = 1;
  const auto courses = spatial_courses(sequence, {100, 100});
  ASSERT_EQ(courses.size(), 12U);
  EXPECT_EQ(courses[0].box, (Box{17, 30, 25, 40}));  // ceil(2.5) = 3
  EXPECT_EQ(courses[3].box, (Box{20, 34, 25, 40}));
  EXPECT_EQ(courses[4].box, (Box{18, 26, 28, 44}));  // left top corner outwards: 17.5 -> 18
  EXPECT_EQ(courses[8].box, (Box{23, 34, 20, 32}));  // 0.8: 22.5 -> 23, 34
  EXPECT_EQ(courses[11].box, (Box{18, 26, 30, 48}));
  sequence.ground_truth.assign(30, Box{1, 1, 25, 100});
  EXPECT_EQ(spatial_courses(sequence, {100, 100})[0].box.x, 1);  // cut to the frame
  EXPECT_EQ(spatial_courses(sequence, {100, 100})[11].box.height, 100);
}

TEST(Course, ResultsAreInTheDataSetsCoordinates) {
  Sequence sequence = still_sequence(3);
  sequence.origin = 1;
  NumberedFrames frames(3);
  ScriptedTracker tracker([](int) { return kBox; });
  Problems problems;
  const auto out = run_course(tracker, sequence, frames, whole(sequence), problems);
  EXPECT_EQ(tracker.boxes.front(), (Box{9, 9, 20, 20}));
  EXPECT_EQ(std::get<Box>(out.regions[1]), (Box{11, 11, 20, 20}));
}

}  // namespace
}  // namespace siamtrack::evaluation
