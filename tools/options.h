// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <CLI/App.hpp>

#include "evaluation/tracker.h"

namespace siamtrack::tools {

/// Adds --device, --threads, --preset, --set, --lost-threshold, --found-threshold and --redetect.
void add_tracker_options(CLI::App& app, evaluation::TrackerOptions& options);

}  // namespace siamtrack::tools
