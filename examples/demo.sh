#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Follows an object through a real video and writes the picture of it:
#   out/tracked.mp4   the video with the box drawn      out/tracked.png   one frame of it
#   out/boxes.jsonl   the box in every frame
# Installs packages that are missing (tools/setup.sh), builds what it needs in build/, and takes the
# video out of Debian's package opencv-doc. Needs no display and can be run again.
#
# usage: examples/demo.sh [VIDEO x,y,w,h]     with your own video and box
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
build=${SIAMTRACK_BUILD:-$here/build}
out=${SIAMTRACK_OUT:-$here/out}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/siamtrack

step() { printf '\n== %s\n' "$*"; }

# Takes cup.mp4 out of the package, without installing its 95 MB.
fetch_video() {
  local folder
  mkdir -p "$cache"
  folder=$(mktemp -d)
  cd "$folder"
  download || { "$here/tools/setup.sh" --update && download; }
  dpkg-deb --fsys-tarfile "$folder"/opencv-doc_*.deb |
    tar -x -C "$folder" --wildcards '*/cup.mp4*'
  find "$folder" -name '*.gz' -exec gunzip {} +
  find "$folder" -name cup.mp4 -exec mv -t "$cache" {} +
  cd "$here"
  rm -r "$folder"
}
download() { apt-get download -q -o APT::Sandbox::User=root opencv-doc; }

step "1 of 4: packages"
"$here/tools/setup.sh"

step "2 of 4: build"
[ -f "$build/build.ninja" ] || meson setup "$build" "$here"
meson compile -C "$build" gstsiamtrack siamtrack:shared_library

step "3 of 4: video"
if [ $# = 2 ]; then
  video=$(realpath "$1")
  box=$2 label=object
else
  video=$cache/cup.mp4
  box=306,123,109,260 label=mug
  [ -f "$video" ] || fetch_video
fi
echo "$video, box $box"

step "4 of 4: track"
mkdir -p "$out"
if gst-inspect-1.0 --exists x264enc; then
  encoder="x264enc ! mp4mux" result=tracked.mp4
else
  encoder="vp8enc deadline=1 ! webmmux" result=tracked.webm
fi
run() { meson devenv -C "$build" gst-launch-1.0 -q "$@"; }
run filesrc location="$video" ! decodebin ! videoconvert \
  ! siamtrack box="$box" label=$label trail-length=40 \
  ! siamtrackexport location="$out/boxes.jsonl" \
  ! siamtrackoverlay ! videoconvert ! $encoder ! filesink location="$out/$result"
run filesrc location="$out/$result" ! decodebin ! videoconvert \
  ! videorate ! video/x-raw,framerate=1/2 ! pngenc ! multifilesink location="$out/frame-%d.png"
mv "$out/frame-2.png" "$out/tracked.png" 2>/dev/null || mv "$out/frame-0.png" "$out/tracked.png"
rm -f "$out"/frame-*.png

echo "$(wc -l < "$out/boxes.jsonl") frames, \
$(grep -c '"state":"tracking"' "$out/boxes.jsonl") of them with the object in sight"
printf '%s\n' "$out/$result" "$out/tracked.png" "$out/boxes.jsonl"
