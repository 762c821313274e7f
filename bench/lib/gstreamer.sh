#!/bin/sh
# Plays a master playlist to its end in GStreamer: `bench/lib/gstreamer.sh <address>`. `playbin`, as
# `playbin3` of 1.22 stops at an assertion of its own when streams end at once.
exec timeout 120 gst-launch-1.0 -q playbin uri="$1" \
  video-sink='fakesink sync=false' audio-sink='fakesink sync=false'
