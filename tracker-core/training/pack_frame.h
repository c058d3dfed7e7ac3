// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "training/sequence.h"

namespace siamtrack::training {

using Bytes = std::vector<std::uint8_t>;

/// A frame as a cache will hold it.
struct PackedFrame {
  Bytes picture;
  Size size;                              ///< of the picture
  std::vector<std::optional<Box>> boxes;  ///< one per object, pixels of the picture
  std::vector<Bytes> masks;               ///< one per object; empty: none
};

/// A part of a sequence: one frame, all of a video, or nothing where there was no picture.
struct Packed {
  std::vector<PackedFrame> frames;
  Complaints complaints;
};

/// Packs one picture of `source`: what training patches can reach around the objects (fit.h).
/// Threads  may be called from several threads at once
Packed pack_picture(const SourceSequence& source, std::size_t frame);

/// Packs all frames of a video.
Packed pack_video(const SourceSequence& source);

}  // namespace siamtrack::training
