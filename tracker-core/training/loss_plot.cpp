// SPDX-License-Identifier: LGPL-2.1-or-later
#include "training/loss_plot.h"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <vector>

namespace siamtrack::training {
namespace {

constexpr int kFirstLoss = 5;  // column of "loss" in losses.tsv, counted from 1

/// A gnuplot string: between single quotes, which double inside.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::vector<std::string> column_names(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  std::istringstream words(line.substr(line.empty() ? 0 : 1));
  std::vector<std::string> names;
  for (std::string name; words >> name;) names.push_back(name);
  return names;
}

}  // namespace

bool plot_losses(const std::string& folder) {
  const std::string file = folder + "/losses.tsv";
  const std::vector<std::string> names = column_names(file);
  if (names.size() < kFirstLoss) return false;
  std::string script = "set terminal pngcairo size 900,500\nset output " +
                       quoted(folder + "/losses.png") +
                       "\nset xlabel 'pairs'\nset ylabel 'loss'\nset grid\nset logscale y\nplot ";
  for (std::size_t column = kFirstLoss; column <= names.size(); ++column) {
    script += (column > kFirstLoss ? ", " : "") + quoted(file) +
              " using 1:" + std::to_string(column) + " with lines title " +
              quoted(names[column - 1]);
  }
  FILE* gnuplot = ::popen("gnuplot 2>/dev/null", "w");
  if (gnuplot == nullptr) return false;
  std::fputs((script + "\n").c_str(), gnuplot);
  return ::pclose(gnuplot) == 0;
}

}  // namespace siamtrack::training
