// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "evaluation/problem.h"
#include "evaluation/region.h"
#include "siamtrack/box.h"

/// Annotated videos in the layouts of the field's data sets (evaluation protocols, section 7).
namespace siamtrack::evaluation {

/// One target in one video.
struct Sequence {
  std::string name;                  ///< unique within its data set, usable as a file name
  std::string dataset;               ///< "OTB", "GOT-10k", ...: groups the report
  std::vector<std::string> images;   ///< frame files in order; empty when `video` is used
  std::string video;                 ///< video file; empty when `images` are used
  std::vector<Region> ground_truth;  ///< one per annotated frame; Special{0} where there is none
  std::vector<bool> absent;          ///< LaSOT: target not visible; empty when not annotated
  std::vector<int> cover;            ///< GOT-10k: visible part in eighths; empty when not annotated
  std::map<std::string, std::vector<bool>> frame_tags;  ///< VOT: occlusion, camera_motion, ...
  std::vector<std::string> attributes;                  ///< of the whole sequence: "OCC", "SV", ...
  std::vector<double> anchors;  ///< VOT multi-start: > 0 forward run, < 0 backward run, per frame
  std::vector<std::string> masks;  ///< mask picture per frame, or ""; empty when not annotated
  double origin = 0;               ///< coordinate of the left-top pixel: OTB counts from 1
  double fps = 30;                 ///< nominal frame rate
  Size size{};                     ///< of the frames when the data set says so; else 0 x 0

  /// Annotated frames.
  std::size_t length() const { return ground_truth.size(); }
  /// Bounding boxes of the annotation; no_box() where there is none.
  std::vector<Box> boxes() const;
};

/// How a data set is read.
struct DatasetOptions {
  std::string layout = "auto";  ///< or a name of layouts()
  std::string only;             ///< comma-separated sequence names; empty = all
};

/// Names that DatasetOptions::layout takes besides "auto".
std::vector<std::string> layouts();

/// Every sequence below `path`, ordered by data set and name.
///
/// @param path      a data set's root, a sequence's folder, a video with a box file beside it, or a
///                  pysot .json file
/// @param problems  gets one entry for each thing that was left out or repaired
/// Throws  Error(kIo) when the path does not exist; Error(kInvalidArgument) on an unknown layout
std::vector<Sequence> read_dataset(const std::filesystem::path& path, const DatasetOptions& options,
                                   Problems& problems);

/// Leaves out, and writes down, sequences with fewer than two annotated frames: a tracker is given
/// the first, so that nothing is left to compare it with (test splits of GOT-10k, TrackingNet).
void keep_scorable(std::vector<Sequence>& sequences, Problems& problems);

}  // namespace siamtrack::evaluation
