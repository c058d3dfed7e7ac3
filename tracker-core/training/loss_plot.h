// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>

namespace siamtrack::training {

/// Draws FOLDER/losses.tsv as FOLDER/losses.png with gnuplot.
/// @return  false when gnuplot is not installed or has nothing to draw
bool plot_losses(const std::string& folder);

}  // namespace siamtrack::training
