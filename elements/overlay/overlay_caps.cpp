// SPDX-License-Identifier: LGPL-2.1-or-later
#include "overlay_caps.h"

#include <gst/video/video.h>

namespace siamtrack::overlay {
namespace {

constexpr const char* kFeature = GST_CAPS_FEATURE_META_GST_VIDEO_OVERLAY_COMPOSITION;

GstCaps* drawable_caps() {
  return gst_caps_from_string(GST_VIDEO_CAPS_MAKE(GST_VIDEO_OVERLAY_COMPOSITION_BLEND_FORMATS));
}

/// True when the structure names the feature, which "any features" does not.
bool names_feature(const GstCapsFeatures* features) {
  return !gst_caps_features_is_any(features) && gst_caps_features_contains(features, kFeature);
}

/// The structures of `caps` with every feature set changed by `change`; others are left out.
template <typename Change>
GstCaps* changed(const GstCaps* caps, Change change) {
  GstCaps* result = gst_caps_new_empty();
  for (guint i = 0; i < gst_caps_get_size(caps); ++i) {
    GstCapsFeatures* features = gst_caps_features_copy(gst_caps_get_features(caps, i));
    if (change(features)) {
      gst_caps_append_structure_full(result, gst_structure_copy(gst_caps_get_structure(caps, i)),
                                     features);
    } else {
      gst_caps_features_free(features);
    }
  }
  return result;
}

GstCaps* with_feature(const GstCaps* caps) {
  return changed(caps, [](GstCapsFeatures* features) {
    if (!gst_caps_features_is_any(features) && !names_feature(features)) {
      gst_caps_features_add(features, kFeature);
    }
    return true;
  });
}

GstCaps* only_with_feature(const GstCaps* caps) {
  return changed(caps, [](GstCapsFeatures* features) {
    return gst_caps_features_is_any(features) || names_feature(features);
  });
}

GstCaps* feature_removed(const GstCaps* caps) {
  return changed(caps, [](GstCapsFeatures* features) {
    if (!names_feature(features)) return false;
    gst_caps_features_remove(features, kFeature);
    return true;
  });
}

GstCaps* drawable_part(const GstCaps* caps) {
  GstCaps* drawable = drawable_caps();
  GstCaps* result =
      gst_caps_intersect_full(const_cast<GstCaps*>(caps), drawable, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(drawable);
  return result;
}

}  // namespace

GstCaps* template_caps() {
  GstCaps* caps = drawable_caps();
  gst_caps_append(
      caps, gst_caps_from_string(GST_VIDEO_CAPS_MAKE_WITH_FEATURES("ANY", GST_VIDEO_FORMATS_ALL)));
  return caps;
}

GstCaps* other_caps(GstPadDirection direction, const GstCaps* caps) {
  GstCaps* result = nullptr;
  if (direction == GST_PAD_SINK) {
    result = with_feature(caps);
  } else {
    result = feature_removed(caps);
    gst_caps_append(result, only_with_feature(caps));
  }
  gst_caps_append(result, drawable_part(caps));
  return result;
}

bool has_composition(const GstCaps* caps) {
  if (gst_caps_is_any(caps) || gst_caps_is_empty(caps)) return false;
  for (guint i = 0; i < gst_caps_get_size(caps); ++i) {
    if (!names_feature(gst_caps_get_features(caps, i))) return false;
  }
  return true;
}

GstCaps* chosen_caps(const GstCaps* sink, GstCaps* candidates, const GstCaps* peer) {
  bool meant = has_composition(sink);
  if (peer != nullptr && !gst_caps_is_any(peer)) {
    GstCaps* named = feature_removed(peer);
    meant = meant || !gst_caps_is_empty(named);
    gst_caps_unref(named);
  }
  if (!meant) {
    GstCaps* plain = changed(
        candidates, [](const GstCapsFeatures* features) { return !names_feature(features); });
    if (gst_caps_is_empty(plain)) {
      gst_caps_unref(plain);
    } else {
      gst_caps_unref(candidates);
      candidates = plain;
    }
  }
  return gst_caps_fixate(gst_caps_truncate(candidates));
}

}  // namespace siamtrack::overlay
