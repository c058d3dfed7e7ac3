// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace siamtrack {

/// Which reference implementation's rounding is followed (spec of each system).
enum class Rounding {
  kPysot,         ///< size: ties to even; corner: floor(c - (S+1)/2 + 0.5)
  kHalfEven,      ///< SiamMask, SiamDW, SiamMargin, Python 3: both ties to even
  kAwayFromZero,  ///< DaSiamRPN, SiamDW RPN, Python 2: both ties away from zero
};

/// Square part of the frame in whole pixels; may reach outside the frame.
struct SubWindow {
  int x = 0;  ///< left-top pixel
  int y = 0;
  int size = 1;  ///< side, >= 1
};

/// Side of the square with context around a target (SiamFC sec. 2.1 "Dataset curation"):
/// sqrt((w + p)(h + p)), p = context * (w + h).
double context_side(double width, double height, double context_amount = 0.5);

/// The whole-pixel window of side round(side) about a centre in frame pixels
/// (pysot get_subwindow; spec section 1.3). The side is at least 1; values beyond 2^29 px are held
/// there.
/// Requires  finite arguments
SubWindow sub_window(double centre_x, double centre_y, double side,
                     Rounding rounding = Rounding::kPysot);

}  // namespace siamtrack
