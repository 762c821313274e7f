import type HlsType from 'hls.js'
import type { HlsConfig, LoaderCallbacks, LoaderConfiguration, LoaderContext } from 'hls.js'
import { isRefused } from './failure.ts'
import type { TokenKeeper } from './token.ts'

type HeadersFor = (context: LoaderContext) => Record<string, string>
type Policy = LoaderConfiguration['loadPolicy']

/**
 * hls.js's own loader, under the newest token. A refused request is made once more under the next
 * one, so that neither the levels nor the buffer learn of it. `headersFor` is what it tells with each.
 */
export function createLoader(
  Hls: typeof HlsType,
  token: TokenKeeper,
  headersFor: HeadersFor,
): HlsConfig['loader'] {
  return class extends Hls.DefaultConfig.loader {
    #sentUrl = ''

    constructor(config: HlsConfig) {
      super({ ...config, xhrSetup: (xhr, url) => this.#open(xhr, url) })
    }
    /** https://github.com/video-dev/hls.js/blob/master/docs/API.md#xhrsetup: open() here is kept. */
    async #open(xhr: XMLHttpRequest, url: string) {
      this.#sentUrl = await token.fresh(url)
      xhr.open('GET', this.#sentUrl, true)
    }
    override load(
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ) {
      const loadPolicy = onceMore(config.loadPolicy, () => token.refuse(this.#sentUrl))
      context.headers = { ...context.headers, ...headersFor(context) }
      super.load(context, { ...config, loadPolicy }, callbacks)
    }
  }
}

/** `mayRetry`: asked at the first refusal. */
function onceMore(policy: Policy, mayRetry: () => boolean): Policy {
  let isAsked = false
  const errorRetry: Policy['errorRetry'] = {
    ...{ maxNumRetry: 0, retryDelayMs: 0, maxRetryDelayMs: 0, ...policy.errorRetry },
    shouldRetry(_config, _count, _isTimeout, response, isRetried) {
      if (isAsked || !isRefused(response?.code)) return isRetried
      isAsked = true
      return mayRetry()
    },
  }
  return { ...policy, errorRetry }
}
