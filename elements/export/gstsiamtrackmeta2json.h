// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/base/gstbasetransform.h>
#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_SIAM_TRACK_META_2_JSON (gst_siam_track_meta_2_json_get_type())
G_DECLARE_FINAL_TYPE(GstSiamTrackMeta2Json, gst_siam_track_meta_2_json, GST, SIAM_TRACK_META_2_JSON,
                     GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE(siamtrackmeta2json)

G_END_DECLS
