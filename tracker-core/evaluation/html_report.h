// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluation/problem.h"
#include "evaluation/sequence.h"

namespace siamtrack::evaluation {

/// Writes report.html beside the results: tables over all, per sequence and per attribute, success
/// and precision plots (gnuplot), a contact sheet of the first tracker's worst failures.
///
/// @param folder     of the campaign; the plots and the sheet go into folder/report
/// @param report     what run_campaign() returned
/// @param labels     trackers, in table order
/// @param problems   gets a line for each part that could not be made
void write_html_report(const std::filesystem::path& folder, const nlohmann::json& report,
                       const std::vector<std::string>& labels,
                       const std::vector<Sequence>& sequences, Problems& problems);

}  // namespace siamtrack::evaluation
