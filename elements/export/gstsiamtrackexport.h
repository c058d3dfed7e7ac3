// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/base/gstbasetransform.h>
#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_SIAM_TRACK_EXPORT (gst_siam_track_export_get_type())
G_DECLARE_FINAL_TYPE(GstSiamTrackExport, gst_siam_track_export, GST, SIAM_TRACK_EXPORT,
                     GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE(siamtrackexport)

G_END_DECLS
