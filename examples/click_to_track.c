/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Click on anything in a video, or drag a box around it, and it is followed. Typing "x,y,w,h" and
 * Enter in the terminal starts anew with that box, at any time.
 *
 *   click_to_track VIDEO               a window shows the video
 *   click_to_track --headless VIDEO    no window; clicks and types by itself, for tests */
#include <gst/gst.h>
#include <gst/video/navigation.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  GMainLoop* loop;
  GstElement* tracker;
  GstElement* sink;
  guint started; /* targets that were followed */
  gboolean failed;
} App;

static void on_state(App* app, const GstStructure* state) {
  const gchar* now = gst_structure_get_string(state, "state");
  gdouble x = 0, y = 0, width = 0, height = 0;
  guint64 id = 0;
  gst_structure_get(state, "id", G_TYPE_UINT64, &id, "x", G_TYPE_DOUBLE, &x, "y", G_TYPE_DOUBLE, &y,
                    "width", G_TYPE_DOUBLE, &width, "height", G_TYPE_DOUBLE, &height, NULL);
  g_print("target %" G_GUINT64_FORMAT ": %s at %.0f,%.0f,%.0f,%.0f\n", id, now, x, y, width,
          height);
  if (g_str_equal(now, "tracking") &&
      g_str_equal(gst_structure_get_string(state, "old-state"), "idle")) {
    app->started++;
  }
}

static gboolean on_message(GstBus* bus, GstMessage* message, gpointer data) {
  App* app = data;
  (void)bus;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) g_main_loop_quit(app->loop);
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    g_autoptr(GError) error = NULL;
    gst_message_parse_error(message, &error, NULL);
    g_printerr("%s\n", error->message);
    app->failed = TRUE;
    g_main_loop_quit(app->loop);
  }
  if (gst_message_has_name(message, "siamtrack-state")) {
    on_state(app, gst_message_get_structure(message));
  }
  if (gst_message_has_name(message, "siamtrack-rejected")) {
    g_print("no: %s\n", gst_structure_get_string(gst_message_get_structure(message), "reason"));
  }
  return G_SOURCE_CONTINUE;
}

static gboolean on_line(GIOChannel* channel, GIOCondition condition, gpointer data) {
  App* app = data;
  g_autofree gchar* line = NULL;
  (void)condition;
  if (g_io_channel_read_line(channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
    return G_SOURCE_REMOVE;
  }
  g_object_set(app->tracker, "box", g_strstrip(line), NULL);
  return G_SOURCE_CONTINUE;
}

/* What a user with a mouse does; a video window sends the same events. */
static gboolean click(gpointer data) {
  App* app = data;
  gst_element_send_event(app->sink, gst_navigation_event_new_mouse_button_press(1, 300, 120, 0));
  gst_element_send_event(app->sink, gst_navigation_event_new_mouse_button_release(1, 420, 385, 0));
  return G_SOURCE_REMOVE;
}

static gboolean type_box(gpointer data) {
  g_object_set(((App*)data)->tracker, "box", "320,140,90,90", NULL);
  return G_SOURCE_REMOVE;
}

static gboolean quit(gpointer data) {
  App* app = data;
  app->failed = app->started < 2; /* both the click and the box */
  g_main_loop_quit(app->loop);
  return G_SOURCE_REMOVE;
}

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  const gboolean headless = argc > 1 && strcmp(argv[1], "--headless") == 0;
  if (argc != (headless ? 3 : 2)) {
    g_printerr("usage: click_to_track [--headless] VIDEO\n");
    return EXIT_FAILURE;
  }
  g_autofree gchar* launch = g_strdup_printf(
      "filesrc name=file ! decodebin ! videoconvert ! siamtrack name=tracker "
      "init-from=box+navigation ! siamtrackoverlay ! videoconvert ! %s name=sink",
      headless ? "fakesink sync=true" : "ximagesink");
  g_autoptr(GError) error = NULL;
  GstElement* pipeline = gst_parse_launch(launch, &error);
  if (pipeline == NULL) {
    g_printerr("%s\n", error->message);
    return EXIT_FAILURE;
  }
  gst_child_proxy_set(GST_CHILD_PROXY(pipeline), "file::location", argv[argc - 1], NULL);
  App app = {g_main_loop_new(NULL, FALSE), gst_bin_get_by_name(GST_BIN(pipeline), "tracker"),
             gst_bin_get_by_name(GST_BIN(pipeline), "sink"), 0, FALSE};
  g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
  gst_bus_add_watch(bus, on_message, &app);
  g_autoptr(GIOChannel) terminal = g_io_channel_unix_new(0);
  if (!headless) g_io_add_watch(terminal, G_IO_IN, on_line, &app);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  if (headless) {
    gst_element_get_state(pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
    g_timeout_add(300, click, &app);
    g_timeout_add(1500, type_box, &app);
    g_timeout_add(3000, quit, &app);
  }
  g_main_loop_run(app.loop);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_bus_remove_watch(bus);
  gst_object_unref(app.tracker);
  gst_object_unref(app.sink);
  gst_object_unref(pipeline);
  g_main_loop_unref(app.loop);
  return app.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
