#!/bin/sh
# Makes the film that the demo and the fakes play. Run it only to change the film: the result is committed, and encoders of
# different versions do not give the same bytes.
#
# 40 seconds, 320x180, H.264 baseline and AAC, a key frame every two seconds so that a seek shows at once, the index in front
# (faststart) so that playing begins with the first bytes. The test picture carries its own clock and frame number.
set -eu
out=${1:-"$(dirname "$0")/../rules/src/test/resources/dev/embergate/rules/testkit/fake/film.mp4"}
ffmpeg -hide_banner -loglevel error -y \
    -f lavfi -i "testsrc2=size=320x180:rate=10:duration=40" \
    -f lavfi -i "sine=frequency=220:beep_factor=4:sample_rate=22050:duration=40" \
    -c:v libx264 -profile:v baseline -level:v 2.1 -pix_fmt yuv420p -preset veryslow -crf 38 \
    -g 20 -keyint_min 20 -sc_threshold 0 \
    -c:a aac -b:a 16k -ac 1 \
    -movflags +faststart -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact \
    "$out"
bytes=$(wc -c <"$out")
echo "$out: $bytes bytes"
test "$bytes" -lt 400000
