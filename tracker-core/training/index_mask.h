// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace siamtrack::training {

/// Reads a mask file as one object number per pixel: grey values as they are, in one channel or in
/// three, colours back to their index in the PASCAL VOC palette, which DAVIS and YouTube-VOS use
/// (OpenCV expands palettes).
/// @return  CV_8U; empty when the file cannot be read
cv::Mat read_index_mask(const std::string& file);

/// The object numbers in a mask file, without 0 and 255 unless 255 is the only one (DAVIS-2016).
std::vector<int> mask_values(const std::string& file);

}  // namespace siamtrack::training
