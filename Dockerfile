# The transcoder (linux/amd64). Debian 14 "forky" for its ffmpeg 9: the branches of Debian 12 and 13 keep
# holes in MPEG-TS and AVI, and those formats would be closed. By name, not as "testing": it gets
# mended versions from unstable now, and those of the security team once it is stable.
# Where the host allows user namespaces ffmpeg runs in bubblewrap, elsewhere this container is its
# wall: run it without network to spare and without --privileged.
FROM node:24-trixie-slim AS node

WORKDIR /app

# One lockfile for the whole repository; only what the transcoder imports is installed from it.
COPY package.json package-lock.json ./
RUN node -e " \
  const fs = require('fs'); \
  const it = JSON.parse(fs.readFileSync('package.json', 'utf8')); \
  const keep = ['@aws-sdk/client-s3', 'fluent-ffmpeg', 'zod']; \
  it.dependencies = Object.fromEntries(keep.map((name) => [name, it.dependencies[name]])); \
  delete it.devDependencies; \
  fs.writeFileSync('package.json', JSON.stringify(it, null, 2));" \
  && npm install --omit=dev --ignore-scripts --no-audit --no-fund

FROM debian:forky-slim

RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap ffmpeg util-linux \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --create-home --uid 1000 node

WORKDIR /app

# Node of its own makers, and what was installed; npm and yarn stay behind.
RUN --mount=from=node,target=/node \
  cp /node/usr/local/bin/node /usr/local/bin/ && cp -r /node/app/. .

COPY worker/contracts worker/contracts
COPY worker/media worker/media
COPY transcoder transcoder

ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 SCRATCH_DIR=/tmp/lantern
EXPOSE 8080
USER node

# A cached layer may hold an ffmpeg that is older than the table of holes: the image is not built where
# the gate would close a format. GATE=narrowed builds it nevertheless.
ARG GATE=ok
RUN TRANSCODER_WALL=container node -e " \
  import('/app/transcoder/run/wall.ts').then(async ({ getMachine }) => { \
    const { ffmpeg, gate } = await getMachine(); \
    console.log(ffmpeg + ', ' + gate.outcome + ': ' + gate.why); \
    process.exitCode = ['ok', process.env.GATE].includes(gate.outcome) ? 0 : 1; \
  })"

HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# The program itself is process 1: it takes SIGTERM, hands its tasks back and leaves.
CMD ["node", "transcoder/main.ts"]
