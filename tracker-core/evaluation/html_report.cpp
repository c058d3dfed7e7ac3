// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/html_report.h"

#include <opencv2/imgcodecs.hpp>

#include "evaluation/contact_sheet.h"
#include "evaluation/experiment.h"
#include "evaluation/plots.h"
#include "evaluation/table.h"
#include "evaluation/text.h"

namespace siamtrack::evaluation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kWorst = 12;  // pictures on the contact sheet

const char* const kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>siamtrack evaluation</title><style>
body { font: 15px/1.4 sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #222 }
table { border-collapse: collapse; margin: .5em 0 1.5em } th, td { padding: .2em .7em; text-align: right }
th:first-child, td:first-child { text-align: left } tr:nth-child(even) { background: #f3f3f3 }
th { border-bottom: 2px solid #888 } img { max-width: 100% } .plots img { width: 32% }
</style></head><body><h1>Evaluation</h1>
)";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string html_table(const Rows& rows) {
  std::string text = "<table>\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += "<tr>";
    for (const auto& cell : rows[i]) {
      text += (i == 0 ? "<th>" : "<td>") + escaped(cell) + (i == 0 ? "</th>" : "</td>");
    }
    text += "</tr>\n";
  }
  return text + "</table>\n";
}

/// AUC / precision of every tracker for every key of `part` ("sequences", "attributes").
Rows breakdown(const json& trackers, const std::vector<std::string>& labels, const char* part) {
  Rows rows(1, {part});
  std::vector<std::string> keys;
  for (const auto& label : labels) {
    rows[0].push_back(label + " AUC / P20");
    if (!trackers.contains(label) || !trackers[label].contains(part)) continue;
    for (const auto& [key, value] : trackers[label][part].items()) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  std::sort(keys.begin(), keys.end(), natural_less);
  for (const auto& key : keys) {
    std::vector<std::string> row = {key};
    for (const auto& label : labels) {
      const auto at = json::json_pointer() / label / part / key;  // names may hold "/" and "~"
      row.push_back(trackers.contains(at) ? fixed(trackers[at]["auc"], 3) + " / " +
                                                fixed(trackers[at]["precision_20"], 3)
                                          : "-");
    }
    rows.push_back(row);
  }
  return rows;
}

struct CurveKind {
  const char* key;
  const char* title;
  const char* x_label;
  double last;
};

std::string plots(const fs::path& folder, const std::string& experiment, const json& trackers,
                  const std::vector<std::string>& labels, Problems& problems) {
  const CurveKind kinds[] = {
      {"success_curve", "Success", "overlap", 1},
      {"precision_curve", "Precision", "centre error (px)", 50},
      {"normalised_precision_curve", "Normalised precision", "centre error / box size", 0.5}};
  std::string html = "<div class=\"plots\">";
  for (const auto& kind : kinds) {
    Plot plot{
        std::string(kind.title) + " (" + experiment + ")", kind.x_label, "share of frames", {}};
    for (const auto& label : labels) {
      if (!trackers.contains(label)) continue;
      const json& overall = trackers[label]["overall"];
      PlotLine line{label, {}, overall.at(kind.key).get<std::vector<double>>()};
      for (std::size_t i = 0; i < line.y.size(); ++i) {
        line.x.push_back(kind.last * static_cast<double>(i) /
                         static_cast<double>(line.y.size() - 1));
      }
      if (experiment == "ope" && kind.key == kinds[0].key) {
        line.label += " [" + fixed(overall["auc"], 3) + "]";
      }
      plot.lines.push_back(std::move(line));
    }
    const std::string name = "report/" + experiment + "_" + kind.key + ".svg";
    if (draw_plot(plot, folder / name)) {
      html += "<img src=\"" + name + "\" alt=\"" + kind.title + "\">\n";
    } else {
      problems.push_back({{}, name, 0, "plot left out: gnuplot is missing or failed"});
    }
  }
  return html + "</div>\n";
}

std::string failures(const fs::path& folder, const std::vector<std::string>& labels,
                     const std::vector<Sequence>& sequences) {
  std::vector<std::vector<Trajectory>> results(sequences.size());
  Problems told_before;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    for (const auto& label : labels) {
      const auto files = ope_files(folder, label, sequences[i]);
      Trajectory result;
      if (fs::exists(files.regions)) {
        try_read_trajectory(files, sequences[i].name, result, told_before);
      }
      results[i].push_back(std::move(result));
    }
  }
  const auto worst = worst_failures(sequences, results, kWorst);
  if (worst.empty()) return {};
  cv::imwrite((folder / "report" / "failures.jpg").string(), contact_sheet(worst, labels));
  return "<h2>Worst frames of " + escaped(labels.front()) +
         "</h2><p><img src=\"report/failures.jpg\" alt=\"worst frames\"></p>\n";
}

}  // namespace

void write_html_report(const fs::path& folder, const json& report,
                       const std::vector<std::string>& labels,
                       const std::vector<Sequence>& sequences, Problems& problems) {
  fs::create_directories(folder / "report");
  std::string html = kHead;
  html += "<p>" + std::to_string(sequences.size()) +
          " sequences. Results and report.json lie beside "
          "this page.</p>\n";
  for (const auto& [name, trackers] : report.at("experiments").items()) {
    html += "<h2>" + escaped(name) + "</h2>\n" + html_table(summary_rows(name, trackers));
    if (!has_curves(name)) continue;
    html += plots(folder, name, trackers, labels, problems);
    html += html_table(breakdown(trackers, labels, "sequences"));
    if (name != "ope") continue;
    html += html_table(breakdown(trackers, labels, "attributes"));
    html += failures(folder, labels, sequences);
  }
  if (!report.value("problems", json::array()).empty()) {
    html += "<h2>Left out or repaired</h2><ul>\n";
    for (const auto& problem : report["problems"]) {
      html += "<li>" + escaped(problem.get<std::string>()) + "</li>\n";
    }
    html += "</ul>\n";
  }
  write_file(folder / "report.html", html + "</body></html>\n");
}

}  // namespace siamtrack::evaluation
