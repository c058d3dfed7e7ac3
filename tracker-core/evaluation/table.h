// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace siamtrack::evaluation {

/// Rows of text in aligned columns: the first column to the left, the others to the right.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

/// Rows of the table of one experiment: one per tracker under a row of headings.
std::vector<std::vector<std::string>> summary_rows(const std::string& experiment,
                                                   const nlohmann::json& trackers);

/// Whether an experiment gives success and precision curves.
bool has_curves(const std::string& experiment);

/// Tables of every experiment of a report, for the terminal.
std::string terminal_tables(const nlohmann::json& report);

}  // namespace siamtrack::evaluation
