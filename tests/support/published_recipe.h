// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "training/recipe.h"

/// Recipes of the tree beside what was published. SIAMTRACK_RECIPES is their folder.
namespace siamtrack::testing {

inline constexpr double kOpen = -1;  // the paper does not say

inline training::Recipe recipe_of(const std::string& name) {
  return training::read_recipe(std::string(SIAMTRACK_RECIPES) + "/" + name + ".json");
}

/// @param published  kOpen: any number will do
inline void expect_said(double found, double published, const char* what) {
  if (published != kOpen) {
    EXPECT_DOUBLE_EQ(found, published) << what;
  }
}

}  // namespace siamtrack::testing
