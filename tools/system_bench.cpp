// SPDX-License-Identifier: LGPL-2.1-or-later
#include "system_bench.h"

#include <map>

#include "siamtrack/error.h"
#include "systems/configurations.h"
#include "systems/network_figures.h"
#include "text_format.h"
#include "track/stage_times.h"

namespace siamtrack::tools {
namespace {

const std::string kYardstick = "siamfc+";

bool is_called(const Configuration& configuration, const std::string& name) {
  return name == "all" || name == configuration.name ||
         name == configuration.metadata.at("architecture").get<std::string>();
}

std::vector<Configuration> select(const std::vector<Configuration>& all,
                                  const std::vector<std::string>& names) {
  std::vector<bool> wanted(all.size());
  for (const std::string& name : names) {
    std::string known = "all";
    bool found = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      known += ", " + all[i].name;
      if (!is_called(all[i], name)) continue;
      wanted[i] = found = true;
    }
    if (!found) {
      throw Error(ErrorCode::kInvalidArgument,
                  "--systems: expected one of " + known + "; found " + name);
    }
  }
  std::vector<Configuration> selected;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (wanted[i]) selected.push_back(all[i]);
  }
  return selected;
}

/// Times configurations, each once.
class Stopwatch {
 public:
  Stopwatch(const SystemBench& bench, const ModelOptions& options)
      : bench_(bench), options_(options) {}

  /// One time per size of batch.
  const std::vector<StageTime>& times(const Configuration& configuration) {
    const auto known = times_.find(configuration.name);
    if (known != times_.end()) return known->second;
    return times_[configuration.name] =
               time_forward(configuration.metadata, options_, bench_.targets, bench_.repeats);
  }

 private:
  const SystemBench& bench_;
  const ModelOptions& options_;
  std::map<std::string, std::vector<StageTime>> times_;
};

/// SiamFC+ on the backbone of `configuration`.
const Configuration& yardstick(const std::vector<Configuration>& all,
                               const Configuration& configuration) {
  for (const Configuration& other : all) {
    if (other.metadata.at("architecture") == kYardstick &&
        other.metadata.at("backbone") == configuration.metadata.at("backbone")) {
      return other;
    }
  }
  return configuration;
}

double gflops(std::int64_t macs, int targets, double milliseconds) {
  constexpr double kOperations = 2;  // a multiplication and an addition
  return kOperations * static_cast<double>(macs) * targets / (milliseconds * 1e6);
}

std::string line(const nlohmann::ordered_json& row) {
  return padded(row.at("system"), -30) + padded(millions(row.at("parameters")), 11) +
         padded(billions(row.at("macs")), 10) + padded(row.at("targets").dump(), 8) +
         padded(fixed(row.at("forward_ms").at("min"), 2), 12) +
         padded(fixed(row.at("gflops"), 1), 10) + padded(fixed(row.at("of_siamfc+"), 2), 12);
}

}  // namespace

void bench_systems(const SystemBench& bench, const ModelOptions& options, RowReport& report) {
  const std::vector<Configuration> all = configurations();
  const std::vector<Configuration> selected = select(all, bench.names);
  Stopwatch stopwatch(bench, options);
  report.heading("forward pass with drawn weights, ms for all targets (minimum of " +
                 std::to_string(bench.repeats) + "), " + std::to_string(options.num_threads) +
                 " threads");
  report.heading(padded("system", -30) + padded("parameters", 11) + padded("MACs", 10) +
                 padded("targets", 8) + padded("forward", 12) + padded("GFLOP/s", 10) +
                 padded("of SiamFC+", 12));
  for (const Configuration& configuration : selected) {
    const NetworkFigures figures = network_figures(configuration.metadata);
    const std::vector<StageTime> ours = stopwatch.times(configuration);
    const std::vector<StageTime> theirs = stopwatch.times(yardstick(all, configuration));
    for (std::size_t i = 0; i < bench.targets.size(); ++i) {
      const nlohmann::ordered_json row{
          {"system", configuration.name},
          {"backbone", configuration.metadata.at("backbone")},
          {"parameters", nn::parameter_count(figures.tensors)},
          {"macs", figures.macs},
          {"exemplar_size", figures.exemplar_size},
          {"instance_size", figures.instance_size},
          {"threads", options.num_threads},
          {"targets", bench.targets[i]},
          {"forward_ms", {{"min", ours[i].least}, {"median", ours[i].median}}},
          {"gflops", gflops(figures.macs, bench.targets[i], ours[i].least)},
          {"of_siamfc+", ours[i].least / theirs[i].least}};
      report.add(row, line(row));
    }
  }
}

}  // namespace siamtrack::tools
