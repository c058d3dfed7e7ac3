// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Small text helpers of the readers.
namespace siamtrack::evaluation {

/// Lines without their ends (LF or CRLF); trailing empty lines are dropped.
/// Throws  Error(kIo) when the file cannot be read
std::vector<std::string> read_lines(const std::filesystem::path& file);

/// Writes a whole file in one step: a temporary file beside it, then a rename, so that an
/// interrupted program never leaves half a file. Makes the folder. Throws  Error(kIo)
void write_file(const std::filesystem::path& file, const std::string& content);

/// Numbers separated by commas, semicolons, tabs or blanks; "nan" in any case is a number.
/// @return  nothing when something else stands there
std::optional<std::vector<double>> parse_numbers(std::string_view text);

/// "12" < "100": runs of digits compare as numbers (TrackingNet names its frames 0.jpg, 1.jpg,
/// ...).
bool natural_less(const std::string& a, const std::string& b);

/// Pictures of a folder in natural order, by extension; empty when the folder is missing.
std::vector<std::string> list_images(const std::filesystem::path& folder);

/// First file of the folder that looks like a video by extension; empty when there is none.
std::string find_video(const std::filesystem::path& folder);

/// Whether the name ends like a video / like a picture.
bool is_video_name(const std::filesystem::path& file);
bool is_image_name(const std::filesystem::path& file);

/// Fixed-point text with a dot whatever the locale; "nan" for no number.
std::string fixed(double value, int decimals);

std::string trimmed(std::string_view text);

}  // namespace siamtrack::evaluation
