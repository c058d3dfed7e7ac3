// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "evaluation/sequence.h"

/// One function per layout; all append to `out` and write down what they left out.
namespace siamtrack::evaluation::readers {

namespace fs = std::filesystem;

struct Output {
  std::vector<Sequence>& sequences;
  Problems& problems;
};

/// `SEQ/img/*.jpg` or `SEQ/*.mpg` with groundtruth_rect[.k].txt: OTB (counts from 1), TLP (six
/// columns), TLD (video, NaN), mask folders (`masks/`), polygons (groundtruth_polygon.txt).
void read_otb(const fs::path& folder, Output out);

/// `SEQ/color/*.jpg` or `SEQ/*.jpg` with groundtruth.txt, *.tag, *.label, *.value, `sequence`.
void read_vot(const fs::path& folder, Output out);

/// `SEQ/*.jpg` with groundtruth.txt, meta_info.ini, cover.label.
void read_got10k(const fs::path& folder, Output out);

/// `SEQ/img/*.jpg` with groundtruth.txt, full_occlusion.txt, out_of_view.txt; of a root with
/// testing_set.txt the sequences that it lists.
void read_lasot(const fs::path& folder, Output out);

/// Root with anno/UAV123/*.txt, data_seq/UAV123/SEQ/*.jpg and configSeqs.m (start and end frames).
void read_uav123(const fs::path& root, Output out);

/// Root with JPEGImages/480p/SEQ/*.jpg and Annotations/480p/SEQ/*.png; only the names of
/// ImageSets/**/val.txt when there is one.
void read_davis(const fs::path& root, Output out);

/// Root with frames/SEQ/0.jpg, 1.jpg, ... and anno/SEQ.txt.
void read_trackingnet(const fs::path& root, Output out);

/// pysot's description {SEQ: {video_dir, img_names, gt_rect, attr}} beside or above the pictures.
void read_pysot_json(const fs::path& file, Output out);

/// VIDEO with VIDEO.txt (or the same name with .txt) beside it.
void read_plain_video(const fs::path& video, Output out);

/// That box file; empty when there is none.
fs::path box_file_of(const fs::path& video);

// --- shared parts --------------------------------------------------------------------------------

/// Regions of an annotation file; lines that are not 4, 6 (TLP: frame,x,y,w,h,lost), 8 or more
/// numbers become Special{0} and a problem.
std::vector<Region> read_regions(const fs::path& file, const std::string& sequence,
                                 Problems& problems);

/// 0 / 1 (or other) numbers, one per line or all in one comma-separated line; empty when missing.
std::vector<double> read_flags(const fs::path& file);

/// Makes pictures and annotation equally long: numbered pictures that are missing get their place
/// back, what is left over on either side is cut and named.
void match_lengths(Sequence& sequence, const fs::path& annotation, Problems& problems);

/// Mask pictures of a folder, one per picture of the sequence: that of the same name but for the
/// extension; of a video, in natural order. Empty text where there is none, which is written down;
/// nothing when the folder has no pictures.
std::vector<std::string> masks_of(const Sequence& sequence, const fs::path& folder,
                                  Problems& problems);

/// Bounding boxes of mask pictures as regions; read_mask() says what in them is the target.
/// Special{0} where the name is empty.
std::vector<Region> regions_of_masks(const std::vector<std::string>& files,
                                     const std::string& sequence, Problems& problems);

/// Adds what the annotation itself tells, by OTB's and UAV123's definitions: SV (area outside
/// [1/4, 4] of the first), FM (centre moves more than 20 px), LR (under 400 px^2), OV (absent for a
/// while), ARC (aspect ratio outside [1/2, 2] of the first).
void derive_attributes(Sequence& sequence);

}  // namespace siamtrack::evaluation::readers
