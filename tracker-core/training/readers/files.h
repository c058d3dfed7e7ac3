// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "siamtrack/box.h"

/// What several readers need of the file system.
namespace siamtrack::training {

/// Files below `folder` (`deep`: at any depth) that end in `extension`, by name.
std::vector<std::string> files_in(const std::string& folder, const std::string& extension,
                                  bool deep = false);

/// Folders directly in `folder`, by name.
std::vector<std::string> folders_in(const std::string& folder);

/// Last part of a path, without extension.
std::string stem_of(const std::string& path);

/// Numbers of each line, separated by commas, semicolons or white space; "nan" is NaN.
std::vector<std::vector<double>> number_rows(const std::string& path);

/// x, y, w, h with the corner moved by -`origin`; nothing when it has no area.
std::optional<Box> box_of(const std::vector<double>& row, double origin);

/// Throws  Error(kIo) "DATA SET FOLDER: expected PATH, found none" unless `path` exists
void require(const std::string& dataset, const std::string& path);

}  // namespace siamtrack::training
