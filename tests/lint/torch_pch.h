// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

// Stands in for the precompiled header when clang-tidy reads a source: it cannot use the
// compiler's, and without it a file that forgets an include is found.

// clang refuses a constexpr std::vector of an incomplete type, which LibTorch 1.13 has. So vector
// is read as if C++20 had not made it constexpr; libstdc++'s fill for bits, which was declared
// constexpr before, under another name.
#include <string>
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#define __fill_a1 fill_bits
#include <vector>
#undef __fill_a1
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR constexpr
