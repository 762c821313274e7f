import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { freePort } from '../../scripts/lib/edge.ts'
import { run } from '../../scripts/lib/run.ts'

const secret = 'a secret of this benchmark'

/** The usual tuning of a file server; one worker, because workerd runs JavaScript on one thread. */
const configFor = (dir: string, port: number) => `
daemon off;
master_process off;
worker_processes 1;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log warn;
events { worker_connections 512; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 10000000;
  open_file_cache max=1000;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  server {
    listen 127.0.0.1:${port};
    location ~ ^/p/(?<mac>[^/]+)/(?<end>[0-9]+)/(?<file>.+)$ {
      secure_link $mac,$end;
      secure_link_md5 "$secure_link_expires$file ${secret}";
      if ($secure_link = "") { return 403; }
      if ($secure_link = "0") { return 410; }
      add_header Cache-Control "private, max-age=86400, immutable";
      add_header Access-Control-Allow-Origin "*";
      alias ${dir}/files/$file;
    }
  }
}`

export interface Nginx {
  version: string
  pid: number
  /** A signed link, valid for an hour. */
  link: (file: string) => string
  stop: () => Promise<void>
}

/** Serves `files` (name to bytes) from `dir` behind secure_link. */
export async function startNginx(dir: string, files: Map<string, Uint8Array>): Promise<Nginx> {
  const { output: build } = await run('nginx', ['-V'])
  if (!build.includes('http_secure_link_module')) throw new Error('nginx lacks secure_link')
  for (const [name, bytes] of files) {
    const file = path.join(dir, 'files', name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
  const port = await freePort()
  const config = path.join(dir, 'nginx.conf')
  await writeFile(config, configFor(dir, port))
  const child = spawn('nginx', ['-p', dir, '-c', config, '-e', path.join(dir, 'error.log')], {
    stdio: 'inherit',
  })
  const end = Math.floor(Date.now() / 1000) + 3600
  const link = (file: string) => {
    const mac = createHash('md5').update(`${end}${file} ${secret}`).digest('base64url')
    return `http://127.0.0.1:${port}/p/${mac}/${end}/${file}`
  }
  await untilServes(child, link([...files.keys()][0]!))
  return {
    version: /nginx\/[\d.]+/.exec(build)?.[0] ?? 'nginx',
    pid: child.pid!,
    link,
    stop: async () => {
      if (child.exitCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    },
  }
}

async function untilServes(child: ChildProcess, url: string): Promise<void> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nginx does not serve ${url}`)
}
