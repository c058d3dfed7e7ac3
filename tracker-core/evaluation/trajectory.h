// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "evaluation/problem.h"
#include "evaluation/region.h"

/// What one run of a tracker leaves behind, and the toolkits' text files for it.
namespace siamtrack::evaluation {

/// One entry per frame in all lists that are not empty. Regions are in the data set's coordinates.
struct Trajectory {
  std::vector<Region> regions;     ///< Special 1 = started, 2 = failed, 0 = skipped (VOT)
  std::vector<Region> masks;       ///< of systems with masks; Special 0 where there is none
  std::vector<double> seconds;     ///< time in the tracker; NaN where it was not asked
  std::vector<double> confidence;  ///< score in [0, 1]; NaN where there is none

  std::vector<Box> boxes() const;  ///< bounding boxes; no_box() for Special
};

/// Where a run is kept. Empty paths are not written.
struct TrajectoryFiles {
  std::filesystem::path regions;     ///< one region per line
  std::filesystem::path seconds;     ///< one number per line, 8 places, as got10k and VOT write it
  std::filesystem::path confidence;  ///< one number per line, as VOT's *.value files
  std::filesystem::path masks;       ///< one "m..." region, or 0, per line, for systems with masks

  int decimals = 3;  ///< of the regions: got10k writes 3, VOT 4
};

/// got10k's and pysot's OTB form: ROOT/DATASET/TRACKER/SEQ.txt, times/SEQ_time.txt.
TrajectoryFiles otb_files(const std::filesystem::path& root, const std::string& tracker,
                          const std::string& sequence);

/// got10k's GOT-10k form: ROOT/TRACKER/SEQ/SEQ_001.txt, SEQ_time.txt.
TrajectoryFiles got10k_files(const std::filesystem::path& root, const std::string& tracker,
                             const std::string& sequence);

/// VOT form: ROOT/results/TRACKER/EXPERIMENT/SEQ/SEQ_RUN.txt, SEQ_RUN_time.value,
/// SEQ_RUN_confidence.value. `run` is "001", or eight digits of the anchor frame for multi-start.
TrajectoryFiles vot_files(const std::filesystem::path& root, const std::string& tracker,
                          const std::string& experiment, const std::string& sequence,
                          const std::string& run = "001");

void write_trajectory(const TrajectoryFiles& files, const Trajectory& trajectory);

/// Whether there is a text file or, from the Python VOT toolkit, a binary one (.bin) in its place.
bool has_result(const TrajectoryFiles& files);

/// Reads whichever of the files exist. Lines that are no region or hold NaN become no_box() and a
/// problem that names sequence, file and line.
/// Throws  Error(kIo) when the regions' file is missing
Trajectory read_trajectory(const TrajectoryFiles& files, const std::string& sequence,
                           Problems& problems);

/// The same where a file may be damaged: what is thrown becomes a problem.
/// @return  whether `trajectory` was read
bool try_read_trajectory(const TrajectoryFiles& files, const std::string& sequence,
                         Trajectory& trajectory, Problems& problems);

/// Whether a finished run of `frames` frames is there.
bool is_complete(const TrajectoryFiles& files, std::size_t frames);

}  // namespace siamtrack::evaluation
