// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace siamtrack::evaluation {

/// One line of a plot.
struct PlotLine {
  std::string label;
  std::vector<double> x, y;
};

struct Plot {
  std::string title, x_label, y_label;
  std::vector<PlotLine> lines;
};

/// Draws the plot with gnuplot, run as a child process, into an SVG or PNG file by its extension.
/// @return  false when gnuplot is not installed or refuses
bool draw_plot(const Plot& plot, const std::filesystem::path& file);

/// The commands and data that gnuplot gets.
std::string gnuplot_script(const Plot& plot, const std::filesystem::path& file);

}  // namespace siamtrack::evaluation
