# The transcoder (linux/amd64). Debian 13 for its ffmpeg 7.1 with security updates; the program looks
# at the version when it starts. Where the host allows user namespaces ffmpeg runs in bubblewrap,
# elsewhere this container is its wall: run it without network to spare and without --privileged.
FROM node:24-trixie-slim

RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap ffmpeg util-linux \
  && rm -rf /var/lib/apt/lists/*

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
  && npm install --omit=dev --ignore-scripts --no-audit --no-fund \
  && npm cache clean --force

COPY worker/contracts worker/contracts
COPY worker/media worker/media
COPY transcoder transcoder

ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 SCRATCH_DIR=/tmp/lantern
EXPOSE 8080
USER node

HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# The program itself is process 1: it takes SIGTERM, hands its tasks back and leaves.
CMD ["node", "transcoder/main.ts"]
