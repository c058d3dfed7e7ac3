// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

/// Before a function: one copy per instruction set, chosen when the library is loaded. The
/// sanitizers' run-time is not ready that early.
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SIAMTRACK_PER_CPU __attribute__((target_clones("avx2", "default")))
#else
#define SIAMTRACK_PER_CPU
#endif
