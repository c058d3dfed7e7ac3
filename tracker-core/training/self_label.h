// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "training/random.h"
#include "training/sequence.h"

/// Tracks for clips that nobody labelled.
namespace siamtrack::training {

/// One step of Median Flow (Kalal, Mikolajczyk, Matas 2010): a grid of points in the box is
/// followed to the next frame and back; the better half by forward-backward error says how the box
/// moved and grew.
/// @param from, to  CV_8U frames
/// @return          nothing when too few points come back to where they started
std::optional<Box> median_flow(const cv::Mat& from, const cv::Mat& to, const Box& box);

/// A box in `frame` worth following: where points move differently from the camera (RANSAC) if
/// anything does, else any place with corners.
/// @param next  a later frame of the clip
std::optional<Box> propose_box(const cv::Mat& frame, const cv::Mat& next, Random& random);

/// Follows proposed boxes through a clip and keeps of each track what is found again when the clip
/// is followed backwards from its end (overlap at least 0.6).
/// @param frames  CV_8U, all of one size
/// @param starts  how many boxes are tried, evenly spread over the clip
std::vector<SourceObject> self_label(const std::vector<cv::Mat>& frames, int starts,
                                     std::uint64_t seed);

}  // namespace siamtrack::training
