// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <vector>

#include "training/sequence.h"

/// Readers of the usual data sets' own folder layouts. Each lists what the annotation files say
/// without opening pictures; what it has to leave out goes into `complaints`. Boxes come out
/// 0-based. Data sets of masks leave `boxes` empty: prepare() reads them off the masks.
///
/// All of them throw  Error(kIo) when `folder` does not look like that data set, naming what was
/// expected.
namespace siamtrack::training {

/// The project's plain format: a folder per set with one annotations.json of kind "stills",
/// "clips" or "videos" (boxes [x, y, w, h], 0-based; COCO polygons; mask files).
/// @param folder  one set, or a folder of sets
std::vector<SourceSequence> read_plain(const std::string& folder, Complaints& complaints);

/// ImageNet VID: Annotations/VID/train/**/NUMBER.xml beside Data/VID/train/**/NUMBER.JPEG, tracks
/// by <trackid>.
std::vector<SourceSequence> read_imagenet_vid(const std::string& folder, Complaints& complaints);

/// ImageNet DET: Annotations/DET/**/NAME.xml beside Data/DET/**/NAME.JPEG.
std::vector<SourceSequence> read_imagenet_det(const std::string& folder, Complaints& complaints);

/// GOT-10k: NAME/groundtruth.txt with absence.label, cover.label and meta_info.ini (object_class),
/// pictures 00000001.jpg, ... (one per row) beside it; `folder` is "train" or "val".
std::vector<SourceSequence> read_got10k(const std::string& folder, Complaints& complaints);

/// LaSOT: CLASS/CLASS-N/groundtruth.txt (1-based) with full_occlusion.txt, out_of_view.txt and
/// img/; only the names of training_set.txt when `folder` has one, else without those of
/// testing_set.txt.
std::vector<SourceSequence> read_lasot(const std::string& folder, Complaints& complaints);

/// YouTube-BoundingBoxes: the published CSV file (youtube id, time in ms, class id, class name,
/// object id, presence, xmin, xmax, ymin, ymax as fractions) as annotations.csv, and the frames as
/// frames/YOUTUBE_ID/TIME.jpg.
std::vector<SourceSequence> read_youtube_bb(const std::string& folder, Complaints& complaints);

/// COCO: annotations/instances_NAME.json with the pictures in NAME/. Crowds are left out.
std::vector<SourceSequence> read_coco(const std::string& folder, Complaints& complaints);

/// YouTube-VOS: meta.json, JPEGImages/ID/FRAME.jpg, Annotations/ID/FRAME.png (palette index).
std::vector<SourceSequence> read_youtube_vos(const std::string& folder, Complaints& complaints);

/// DAVIS: JPEGImages/480p/NAME and Annotations/480p/NAME (0 / 255 or palette index); only the names
/// of ImageSets/**/train.txt when there is one.
std::vector<SourceSequence> read_davis(const std::string& folder, Complaints& complaints);

/// The reader called `format`: "plain", "vid", "det", "got10k", "lasot", "youtube-bb", "coco",
/// "youtube-vos" or "davis".
/// Throws  Error(kInvalidArgument) that lists the formats; Error(kIo) when there is no sequence
std::vector<SourceSequence> read_dataset(const std::string& format, const std::string& folder,
                                         Complaints& complaints);

}  // namespace siamtrack::training
