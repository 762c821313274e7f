#!/bin/sh
# Plays a master playlist to its end in GStreamer: `bench/lib/gstreamer.sh <address>`. Two faults of
# 1.22 are stepped around: `playbin3` stops at an assertion when streams end at once, and a switch of
# variants behind the last segment never ends; told its speed, it stays with the variant it begins with.
exec timeout 120 gst-launch-1.0 -q playbin connection-speed=100000 uri="$1" \
  video-sink='fakesink sync=false' audio-sink='fakesink sync=false'
