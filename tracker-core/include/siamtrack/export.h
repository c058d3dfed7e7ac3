// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

/// Marks what libsiamtrack.so exports; everything else is built with hidden visibility.
#define SIAMTRACK_API __attribute__((visibility("default")))
