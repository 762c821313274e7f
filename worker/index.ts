import { DurableObject } from 'cloudflare:workers'
export class TranscodeTask extends DurableObject {}
export default {
  async fetch(request: Request, env: any) {
    const url = new URL(request.url)
    if (url.pathname === '/healthz')
      return Response.json({
        ok: true,
        ip: request.headers.get('cf-connecting-ip'),
        host: request.headers.get('host'),
        url: request.url,
        now: await env.CLOCK?.fetch('http://c/').then((r: any) => r.text()),
      })
    if (url.pathname === '/api/put') {
      await env.MEDIA.put('x', 'hello')
      return new Response('ok')
    }
    return env.ASSETS.fetch(request)
  },
  async queue() {},
  async scheduled(e: any) {
    console.log('cron', e.cron)
  },
}
