// SPDX-License-Identifier: LGPL-2.1-or-later
#include "evaluation/table.h"

#include <algorithm>
#include <map>

#include "evaluation/text.h"

namespace siamtrack::evaluation {
namespace {

using nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

std::string number(const json& at, const char* key, int decimals = 3) {
  return at.contains(key) ? fixed(at[key].get<double>(), decimals) : "-";
}

/// Numbers of one data set that share a cell.
struct Column {
  std::string dataset, title;
  std::vector<const char*> keys;
};

/// AUC / precision of every data set; AO and SR where they are the data set's own measures, J and F
/// where it has masks.
std::vector<Column> dataset_columns(const json& trackers) {
  std::map<std::string, json> datasets;  // with what any tracker has
  for (const auto& [label, result] : trackers.items()) {
    const json parts = result.value("datasets", json::object());
    for (const auto& [name, scores] : parts.items()) datasets[name].update(scores);
  }
  std::vector<Column> columns;
  for (const auto& [name, scores] : datasets) {
    columns.push_back({name, "AUC/P20", {"auc", "precision_20"}});
    if (name == "GOT-10k" && scores.contains("got10k_ao")) {
      columns.push_back({name, "AO/SR50/SR75", {"got10k_ao", "got10k_sr_50", "got10k_sr_75"}});
    }
    if (scores.contains("mask_j")) columns.push_back({name, "J/F", {"mask_j", "mask_f"}});
  }
  return columns;
}

std::string cell(const json& scores, const std::vector<const char*>& keys) {
  std::string text;
  for (const char* key : keys) text += (text.empty() ? "" : " / ") + number(scores, key);
  return text;
}

/// One row per tracker: the data sets' numbers, those over all, then speed.
Rows ope_rows(const json& trackers) {
  const std::vector<Column> columns = dataset_columns(trackers);
  Rows rows(1, {"tracker"});
  for (const auto& column : columns) rows[0].push_back(column.dataset + " " + column.title);
  rows[0].insert(rows[0].end(),
                 {"all AUC", "P20", "Pn20", "SR50", "fps", "p50 ms", "p95 ms", "p99 ms"});
  for (const auto& [label, result] : trackers.items()) {
    std::vector<std::string> row = {label};
    const json parts = result.value("datasets", json::object());
    for (const auto& column : columns) {
      row.push_back(cell(parts.value(column.dataset, json::object()), column.keys));
    }
    const json& all = result["overall"];
    const json speed = all.value("speed", json::object());
    row.insert(row.end(), {number(all, "auc"), number(all, "precision_20"),
                           number(all, "normalised_precision_20"), number(all, "success_50"),
                           number(speed, "fps_total", 1), number(speed, "p50_ms", 1),
                           number(speed, "p95_ms", 1), number(speed, "p99_ms", 1)});
    rows.push_back(row);
  }
  return rows;
}

/// Every single number of `overall`, whatever the experiment calls it.
Rows plain_rows(const json& trackers) {
  Rows rows(1, {"tracker"});
  for (const auto& [label, result] : trackers.items()) {
    std::vector<std::string> row = {label};
    for (const auto& [key, value] : result["overall"].items()) {
      if (!value.is_number()) continue;
      if (rows.size() == 1) rows[0].push_back(key);
      row.push_back(value.is_number_integer() ? value.dump() : fixed(value.get<double>(), 3));
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

std::string format_table(const Rows& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - row[i].size(), ' ');
      line += i == 0 ? row[i] + space : "  " + space + row[i];
    }
    text += line + "\n";
  }
  return text;
}

bool has_curves(const std::string& experiment) {
  return experiment == "ope" || experiment == "tre" || experiment == "sre";
}

Rows summary_rows(const std::string& experiment, const json& trackers) {
  return has_curves(experiment) ? ope_rows(trackers) : plain_rows(trackers);
}

std::string terminal_tables(const json& report) {
  std::string text;
  for (const auto& [name, trackers] : report.at("experiments").items()) {
    text += "\n" + name + "\n" + format_table(summary_rows(name, trackers));
  }
  return text;
}

}  // namespace siamtrack::evaluation
