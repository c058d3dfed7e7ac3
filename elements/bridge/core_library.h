// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "siamtrack/plugin_api.h"

namespace siamtrack::bridge {

/// The functions of libsiamtrack, which the first call loads (dlopen; 0.4 to 0.7 s with LibTorch)
/// and which then stays loaded until the process ends. The environment variable SIAMTRACK_LIBRARY
/// may name another file than the installed one.
///
/// Throws  Error(kLibrary) with the name of the file and what the dynamic linker said. A failure is
///         not remembered: the next call tries again
/// Threads  any
const PluginApi& core_api();

/// Puts another core in the place of libsiamtrack; null takes it away again. For tests.
void replace_core_api(const PluginApi* api);

}  // namespace siamtrack::bridge
