// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/trajectory.h"

#include <cmath>

#include "evaluation/binary_regions.h"
#include "evaluation/text.h"
#include "siamtrack/error.h"

namespace siamtrack::evaluation {
namespace {

namespace fs = std::filesystem;

constexpr int kTimeDecimals = 8;  // got10k
constexpr int kConfidenceDecimals = 6;

std::string numbers_text(const std::vector<double>& values, int decimals) {
  std::string text;
  for (const double value : values) text += fixed(value, decimals) + "\n";
  return text;
}

/// One region per line.
std::string regions_text(const std::vector<Region>& regions, int decimals) {
  std::string text;
  for (const Region& region : regions) text += format_region(region, decimals) + "\n";
  return text;
}

/// First number of each line (got10k joins repetitions with commas); NaN for empty lines.
std::vector<double> read_numbers(const fs::path& file) {
  if (file.empty() || !fs::exists(file)) return {};
  std::vector<double> values;
  for (const auto& line : read_lines(file)) {
    const auto numbers = parse_numbers(line);
    values.push_back(numbers && !numbers->empty() ? numbers->front() : std::nan(""));
  }
  return values;
}

/// One region per line. What cannot be used becomes no_box() and is written down.
std::vector<Region> read_text(const fs::path& file, const std::string& sequence,
                              Problems& problems) {
  std::vector<Region> regions;
  const auto lines = read_lines(file);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto note = [&](const std::string& text) {
      regions.emplace_back(no_box());
      problems.push_back({sequence, file.string(), static_cast<long>(i + 1),
                          text + "; the last box stands for it"});
    };
    try {
      Region region = parse_region(lines[i]);
      const bool code = parse_numbers(lines[i]).value_or(std::vector<double>{}).size() == 1;
      if (std::holds_alternative<Special>(region) && !code) {
        note("result is not a number");
      } else {
        regions.push_back(std::move(region));
      }
    } catch (const Error& error) {
      note(error.what());
    }
  }
  return regions;
}

}  // namespace

std::vector<Box> Trajectory::boxes() const {
  std::vector<Box> boxes;
  boxes.reserve(regions.size());
  for (const Region& region : regions) boxes.push_back(bounding_box(region));
  return boxes;
}

TrajectoryFiles otb_files(const fs::path& root, const std::string& tracker,
                          const std::string& sequence) {
  const fs::path folder = root / tracker;
  return {folder / (sequence + ".txt"), folder / "times" / (sequence + "_time.txt"),
          folder / "confidence" / (sequence + "_confidence.value"),
          folder / "masks" / (sequence + ".txt"), 3};
}

TrajectoryFiles got10k_files(const fs::path& root, const std::string& tracker,
                             const std::string& sequence) {
  const fs::path folder = root / tracker / sequence;
  return {folder / (sequence + "_001.txt"), folder / (sequence + "_time.txt"),
          folder / (sequence + "_confidence.value"), folder / (sequence + "_masks.txt"), 3};
}

TrajectoryFiles vot_files(const fs::path& root, const std::string& tracker,
                          const std::string& experiment, const std::string& sequence,
                          const std::string& run) {
  const fs::path folder = root / "results" / tracker / experiment / sequence;
  const std::string stem = sequence + "_" + run;
  return {folder / (stem + ".txt"),
          folder / (stem + "_time.value"),
          folder / (stem + "_confidence.value"),
          {},
          4};
}

void write_trajectory(const TrajectoryFiles& files, const Trajectory& trajectory) {
  if (!files.masks.empty() && !trajectory.masks.empty()) {
    write_file(files.masks, regions_text(trajectory.masks, files.decimals));
  }
  if (!files.seconds.empty() && !trajectory.seconds.empty()) {
    write_file(files.seconds, numbers_text(trajectory.seconds, kTimeDecimals));
  }
  if (!files.confidence.empty() && !trajectory.confidence.empty()) {
    write_file(files.confidence, numbers_text(trajectory.confidence, kConfidenceDecimals));
  }
  // Last: its presence says that the run is complete.
  write_file(files.regions, regions_text(trajectory.regions, files.decimals));
}

Trajectory read_trajectory(const TrajectoryFiles& files, const std::string& sequence,
                           Problems& problems) {
  const fs::path binary = fs::path(files.regions).replace_extension(".bin");
  Trajectory trajectory;
  if (!fs::exists(files.regions) && fs::exists(binary)) {
    trajectory.regions = read_binary_regions(binary);
  } else {
    trajectory.regions = read_text(files.regions, sequence, problems);
  }
  if (!files.masks.empty() && fs::exists(files.masks)) {
    trajectory.masks = read_text(files.masks, sequence, problems);
  }
  trajectory.seconds = read_numbers(files.seconds);
  trajectory.confidence = read_numbers(files.confidence);
  return trajectory;
}

bool try_read_trajectory(const TrajectoryFiles& files, const std::string& sequence,
                         Trajectory& trajectory, Problems& problems) {
  try {
    trajectory = read_trajectory(files, sequence, problems);
    return true;
  } catch (const Error& error) {
    problems.push_back({sequence, {}, 0, std::string(error.what()) + "; left out"});
    return false;
  }
}

bool has_result(const TrajectoryFiles& files) {
  return fs::exists(files.regions) || fs::exists(fs::path(files.regions).replace_extension(".bin"));
}

bool is_complete(const TrajectoryFiles& files, std::size_t frames) {
  return fs::exists(files.regions) && read_lines(files.regions).size() == frames;
}

}  // namespace siamtrack::evaluation
