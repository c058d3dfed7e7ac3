// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "training/recipe.h"
#include "training/recipe_fields.h"

namespace siamtrack::training {

/// Throws  Error(kInvalidArgument) naming a key whose value is out of range, what was expected and
///         what was found
void check_recipe(const Recipe& recipe, const Fields& fields);

}  // namespace siamtrack::training
