// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/base/gstbasetransform.h>
#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_SIAM_TRACK_OVERLAY (gst_siam_track_overlay_get_type())
G_DECLARE_FINAL_TYPE(GstSiamTrackOverlay, gst_siam_track_overlay, GST, SIAM_TRACK_OVERLAY,
                     GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE(siamtrackoverlay)

G_END_DECLS
