// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

// Stands in for the precompiled header when clang-tidy reads a source: it cannot use the
// compiler's, and without it a file that forgets an include is found.
