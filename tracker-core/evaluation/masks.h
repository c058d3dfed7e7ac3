// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "evaluation/region.h"

/// Measures of segmentation (Perazzi et al., "A benchmark dataset and evaluation methodology for
/// video object segmentation", CVPR 2016).
namespace siamtrack::evaluation {

/// Pixels of the target in a mask picture (8UC1, 0 = outside): all that are not 0; in a picture
/// with colours, as DAVIS-2017 has them, those of the first object. Empty when it cannot be read.
cv::Mat read_mask(const std::string& file);

/// Region similarity J: intersection over union of two binary masks (8UC1, 0 = outside); 1 when
/// both are empty.
double region_similarity(const cv::Mat& truth, const cv::Mat& result);

/// Contour accuracy F: F-measure of boundary pixels that have a counterpart within 0.8 % of the
/// image diagonal; 1 when both boundaries are empty, 0 when one is.
double contour_accuracy(const cv::Mat& truth, const cv::Mat& result);

/// Mean, share above 0.5, and loss from the first to the last quarter of the sequence.
struct MaskStatistics {
  double mean = 0;
  double recall = 0;
  double decay = 0;
};

/// @param values  one per frame; the first and the last frame are not counted, as DAVIS does
MaskStatistics mask_statistics(const std::vector<double>& values);

/// The region as a full-frame picture: masks as they are, boxes and polygons filled.
cv::Mat draw_mask(const Region& region, cv::Size frame);

}  // namespace siamtrack::evaluation
