// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <gst/base/gstbasetransform.h>

G_BEGIN_DECLS

/// The element `siamtrack`: follows targets through raw video and attaches what it knows of them.
#define GST_TYPE_SIAMTRACK (gst_siamtrack_get_type())
G_DECLARE_FINAL_TYPE(GstSiamTrack, gst_siamtrack, GST, SIAMTRACK, GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE(siamtrack)

G_END_DECLS
