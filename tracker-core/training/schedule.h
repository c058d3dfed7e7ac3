// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

namespace siamtrack::training {

/// `count` numbers from `start` to `end`, both included, evenly spaced on a logarithmic scale:
/// the step size of each epoch (SiamFC sec. 3; pysot LogScheduler).
std::vector<double> log_space(double start, double end, int count);

/// pysot's WarmUpScheduler: `warm_up` epochs from `first` towards `start` (which the last of them
/// does not reach), then `epochs - warm_up` from `start` to `end`, all logarithmic.
std::vector<double> warm_up_log_space(double first, int warm_up, double start, double end,
                                      int epochs);

/// Half a cosine from `peak` to zero after a linear warm-up, `progress` in [0, 1].
double cosine(double peak, double progress, double warm_up_fraction);

}  // namespace siamtrack::training
