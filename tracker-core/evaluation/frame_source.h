// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <string>

#include "siamtrack/frame_view.h"

namespace siamtrack::evaluation {

struct Sequence;

/// Frames by number: a folder of pictures, a video file or a camera. Every frame is 8-bit BGR.
class FrameSource {
 public:
  virtual ~FrameSource() = default;

  /// Frame `index` (from 0). Videos go forward cheaply and start again to go back; a camera gives
  /// its next frame whatever the index.
  /// @return  an empty matrix after the last frame and for a picture that cannot be read
  virtual cv::Mat at(long index) = 0;

  /// Number of frames; -1 when only reading tells.
  virtual long count() const = 0;

  /// Frames per second, 0 when unknown.
  virtual double fps() const = 0;

  /// File (or video and frame) a frame comes from, for messages.
  virtual std::string describe(long index) const = 0;
};

/// Opens a folder of pictures, a video file, or a camera given by its number ("0").
/// Throws  Error(kIo) that names what was expected and found
std::unique_ptr<FrameSource> open_source(const std::string& path_or_camera);

/// The frames of a sequence.
std::unique_ptr<FrameSource> open_source(const Sequence& sequence);

/// One of them; empty when it cannot be read, be it for a video that cannot be opened.
cv::Mat frame_of(const Sequence& sequence, long index);

/// The picture as the core sees it; borrows the pixels of `bgr` (8UC3, any row stride).
FrameView view_of(const cv::Mat& bgr);

}  // namespace siamtrack::evaluation
