#!/bin/sh
# Plays a master playlist to its end in GStreamer: `bench/lib/gstreamer.sh <address>`.
exec timeout 120 gst-launch-1.0 -q playbin3 uri="$1" \
  video-sink='fakesink sync=false' audio-sink='fakesink sync=false'
