// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

/// Response maps of fully convolutional trackers: plain square maps of floats, row by row.
namespace siamtrack {

/// Square map; value(row, column) = values[row * side + column].
struct ResponseMap {
  int side = 0;
  std::vector<float> values;
};

/// hann(N)[n] = 0.5 - 0.5 cos(2 pi n / (N - 1)); 1 for N = 1.
std::vector<double> hann(int length);

/// Outer product of hann(side) with itself, divided by its sum (SiamFC sec. 3.4 "cosine window").
std::vector<float> hann_window(int side);

/// Enlarges a map `factor` times by bicubic interpolation with a = -0.75, half-pixel centres and
/// clamped edges, as cv::resize(INTER_CUBIC) and torch do (SiamFC sec. 3.4: 17x17 -> 272x272).
/// Differs from MATLAB's imresize (a = -0.5): the published PyTorch numbers use -0.75.
ResponseMap upsample_bicubic(const ResponseMap& map, int factor);

/// Position of the first maximum.
struct Peak {
  int row = 0;
  int column = 0;
  float value = 0;
};
Peak peak(const ResponseMap& map);

/// How sure a response map is, before calibration.
enum class Sureness {
  kPeak,  ///< the maximum itself
  kPsr,   ///< peak-to-sidelobe ratio (Bolme et al. 2010, sec. 3.5), 5x5 cells about the peak left
          ///< out
  kApce,  ///< average peak-to-correlation energy (Wang et al. 2017, eq. 9)
};
double sureness(const ResponseMap& map, Sureness measure);

/// Maps a sureness to a confidence in [0, 1]: 1 / (1 + exp(-slope (sureness - centre))), so that
/// `centre` is where the target is as often in the box (IoU > 0.5) as not.
struct Calibration {
  Sureness measure = Sureness::kPsr;
  double slope = 0.5;
  double centre = 6.0;
};
double confidence(const ResponseMap& map, const Calibration& calibration);

}  // namespace siamtrack
