// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

// Stands in for OpenMP's header when clang-tidy reads a source: the compiler's is not clang's.

extern "C" {
int omp_get_max_threads();
int omp_get_num_threads();
int omp_get_thread_num();
void omp_set_num_threads(int threads);

enum omp_pause_resource_t { omp_pause_soft = 1, omp_pause_hard = 2 };
int omp_pause_resource_all(omp_pause_resource_t kind);
}
