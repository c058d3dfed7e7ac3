// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>

#include "element_state.h"

namespace siamtrack::tracker {
namespace {

guint64 add_target(GstSiamTrack* self, gdouble x, gdouble y, gdouble width, gdouble height,
                   const gchar* label) {
  InitRequest request = init_at(Box{x, y, width, height}, Origin::kAction);
  if (label != nullptr) request.label = label;
  const guint64 id = request.id;
  enqueue(self->state->shared, std::move(request));
  return id;
}

guint64 track_point(GstSiamTrack* self, gdouble x, gdouble y) {
  InitRequest request = init_at(ClickPlace{x, y}, Origin::kAction);
  const guint64 id = request.id;
  enqueue(self->state->shared, std::move(request));
  return id;
}

void correct_target(GstSiamTrack* self, guint64 id, gdouble x, gdouble y, gdouble width,
                    gdouble height) {
  InitRequest request = init_at(Box{x, y, width, height}, Origin::kAction);
  request.id = id;
  request.corrects = true;
  enqueue(self->state->shared, std::move(request));
}

void remove_target(GstSiamTrack* self, guint64 id) {
  enqueue(self->state->shared, RemoveRequest{id});
}

void clear(GstSiamTrack* self) { enqueue(self->state->shared, ClearRequest{}); }

template <typename... Types>
void install(GObjectClass* klass, const char* name, GCallback handler, GType result,
             Types... parameters) {
  const guint id = g_signal_newv(
      name, G_TYPE_FROM_CLASS(klass), GSignalFlags(G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION),
      g_cclosure_new(handler, nullptr, nullptr), nullptr, nullptr, nullptr, result,
      sizeof...(parameters), std::array<GType, sizeof...(parameters)>{parameters...}.data());
  g_assert(id != 0);
}

}  // namespace

void install_actions(GObjectClass* klass) {
  install(klass, "add-target", G_CALLBACK(add_target), G_TYPE_UINT64, G_TYPE_DOUBLE, G_TYPE_DOUBLE,
          G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_STRING);
  install(klass, "track-point", G_CALLBACK(track_point), G_TYPE_UINT64, G_TYPE_DOUBLE,
          G_TYPE_DOUBLE);
  install(klass, "correct-target", G_CALLBACK(correct_target), G_TYPE_NONE, G_TYPE_UINT64,
          G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  install(klass, "remove-target", G_CALLBACK(remove_target), G_TYPE_NONE, G_TYPE_UINT64);
  install(klass, "clear", G_CALLBACK(clear), G_TYPE_NONE);
}

}  // namespace siamtrack::tracker
