// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/plots.h"

#include <cstdio>

#include "evaluation/text.h"

namespace siamtrack::evaluation {
namespace {

/// Text in gnuplot's single quotes: doubled quotes, no line ends.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c == '\n' ? ' ' : c;
  }
  return out + "'";
}

}  // namespace

std::string gnuplot_script(const Plot& plot, const std::filesystem::path& file) {
  std::string text = file.extension() == ".png" ? "set terminal png size 720,540\n"
                                                : "set terminal svg size 720,540 dynamic\n";
  text += "set output " + quoted(file.string()) + "\n";
  text += "set title " + quoted(plot.title) + " noenhanced\n";
  text += "set xlabel " + quoted(plot.x_label) + "\nset ylabel " + quoted(plot.y_label) + "\n";
  text += "set yrange [0:1]\nset grid\nset key outside below noenhanced\n";
  std::string curves;
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    const PlotLine& line = plot.lines[i];
    const std::string name = "$d" + std::to_string(i);
    text += name + " << EOD\n";
    for (std::size_t k = 0; k < line.x.size(); ++k) {
      text += fixed(line.x[k], 6) + " " + fixed(line.y[k], 6) + "\n";
    }
    text += "EOD\n";
    curves +=
        (curves.empty() ? "plot " : ", ") + name + " with lines lw 2 title " + quoted(line.label);
  }
  return text + curves + "\n";
}

bool draw_plot(const Plot& plot, const std::filesystem::path& file) {
  if (plot.lines.empty()) return false;
  // The command is fixed: names and titles go through standard input only.
  std::FILE* child = ::popen("gnuplot 2>/dev/null", "w");
  if (child == nullptr) return false;
  const std::string script = gnuplot_script(plot, file);
  const bool sent = std::fwrite(script.data(), 1, script.size(), child) == script.size();
  return ::pclose(child) == 0 && sent && std::filesystem::exists(file);
}

}  // namespace siamtrack::evaluation
