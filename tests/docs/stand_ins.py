# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a test machine lacks in a pipeline (cameras, displays, networks, the reader's own files), and
what stands in for it."""

FRAMES = 10  # of a stand-in source
CAMERA = f"videotestsrc num-buffers={FRAMES} ! video/x-raw,width=320,height=240"
SOURCES = {"v4l2src", "libcamerasrc", "autovideosrc", "ximagesrc", "rtspsrc", "uridecodebin",
           "uridecodebin3"}
SINKS = {"autovideosink", "ximagesink", "xvimagesink", "glimagesink", "waylandsink", "gtksink",
         "udpsink", "rtmpsink", "kmssink"}


def split_pipeline(words):
    """The elements of a pipeline in launch syntax."""
    part = []
    for word in words:
        if word == "!":
            yield part
            part = []
        else:
            part.append(word)
    yield part


def replace(words, video):
    """The pipeline in launch syntax with stand-ins; `video` for every file that is read."""
    elements = []
    for part in split_pipeline(words):
        name = part[0] if part else ""
        if name in SOURCES:
            part = CAMERA.split()
        elif name in SINKS:
            part = ["fakesink"] + [word for word in part[1:]
                                   if word.startswith("name=") or word.endswith(".")]
        elif name in ("filesrc", "multifilesrc"):
            part = ["filesrc"] + [f"location={video}" if word.startswith("location=") else word
                                  for word in part[1:]]
        elif name in ("videotestsrc", "fakesrc"):
            part = [word for word in part if not word.startswith("num-buffers")]
            part.append(f"num-buffers={FRAMES}")
        elements.append(part)
    joined = elements[0]
    for part in elements[1:]:
        joined = joined + ["!"] + part
    return joined
