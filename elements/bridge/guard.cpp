// SPDX-License-Identifier: LGPL-2.1-or-later
#include "guard.h"

#include <exception>
#include <new>

namespace siamtrack::bridge {
namespace {

struct GstCode {
  GQuark domain;
  gint code;
};

GstCode to_gst(ErrorCode code) {
  switch (code) {
    case ErrorCode::kModelNotFound:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND};
    case ErrorCode::kModelUnreadable:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ};
    case ErrorCode::kModelInvalid:
    case ErrorCode::kInvalidArgument:
      return {GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS};
    case ErrorCode::kDevice:
    case ErrorCode::kLibrary:
      return {GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_INIT};
    case ErrorCode::kOutOfMemory:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT};
    case ErrorCode::kUnsupportedInput:
      return {GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT};
    case ErrorCode::kRejectedBox:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS};
    case ErrorCode::kIo:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE};
    case ErrorCode::kInternal:
      break;
  }
  return {GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED};
}

void post(GstElement* element, GstMessageType type, ErrorCode code, const char* text) {
  const GstCode gst = to_gst(code);
  // Our text is the message: GStreamer's default sentence for the code would not name the file.
  gst_element_message_full(element, type, gst.domain, gst.code, g_strdup(text), nullptr, __FILE__,
                           __func__, __LINE__);
}

}  // namespace

void post_current_exception(GstElement* element, GstMessageType type) noexcept {
  try {
    throw;
  } catch (const Error& error) {
    post(element, type, error.code(), error.what());
  } catch (const std::bad_alloc&) {
    post(element, type, ErrorCode::kOutOfMemory, "out of memory");
  } catch (const std::exception& error) {
    post(element, type, ErrorCode::kInternal, error.what());
  } catch (...) {
    post(element, type, ErrorCode::kInternal, "unknown exception");
  }
}

void post_warning(GstElement* element, const Error& error) {
  post(element, GST_MESSAGE_WARNING, error.code(), error.what());
}

}  // namespace siamtrack::bridge
