#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Follows a box through a video and prints what the bus messages tell, a line per frame.

usage: follow.py VIDEO x,y,w,h
"""
import sys
import warnings

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

# Reading an array of structures without further packages goes through a deprecated type.
warnings.simplefilter("ignore", DeprecationWarning)

LAUNCH = ("filesrc name=file ! decodebin ! videoconvert ! "
          "siamtrack name=tracker messages=all ! fakesink")


def number(structure, field):
    return structure.get_double(field).value


def print_result(result):
    """One line per target; a frame without targets is told, too."""
    seconds = result.get_uint64("stream-time").value / Gst.SECOND
    _, targets = result.get_array("targets")
    if targets.n_values == 0:
        print(f"{seconds:7.3f} s  nothing")
    for index in range(targets.n_values):
        target = targets.get_nth(index)
        x, y, w, h = (number(target, field) for field in ("x", "y", "width", "height"))
        print(f"{seconds:7.3f} s  target {target.get_uint64('id').value} "
              f"{target.get_string('state')} {number(target, 'score'):.2f} "
              f"at {x:.1f},{y:.1f},{w:.1f},{h:.1f}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    Gst.init(None)
    try:
        pipeline = Gst.parse_launch(LAUNCH)
    except GLib.Error as error:
        sys.exit(error.message)
    pipeline.get_by_name("file").set_property("location", sys.argv[1])
    pipeline.get_by_name("tracker").set_property("box", sys.argv[2])
    pipeline.set_state(Gst.State.PLAYING)
    bus = pipeline.get_bus()
    status = None
    while True:
        message = bus.timed_pop(Gst.CLOCK_TIME_NONE)
        if message.type == Gst.MessageType.EOS:
            break
        if message.type == Gst.MessageType.ERROR:
            status = message.parse_error().gerror.message
            break
        if message.has_name("siamtrack-result"):
            print_result(message.get_structure())
        if message.has_name("siamtrack-rejected"):
            status = "rejected: " + message.get_structure().get_string("reason")
            break
    pipeline.set_state(Gst.State.NULL)
    sys.exit(status)


if __name__ == "__main__":
    main()
