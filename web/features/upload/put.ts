/** The storage refused a part; `status` 0 means that the connection broke. */
export class PutError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'PutError'
    this.status = status
  }
}

/** The file on the disk was moved, changed or taken away since it was chosen. */
export class FileGoneError extends Error {
  constructor() {
    super('The file was moved or changed on your disk. Choose it again to go on.')
    this.name = 'FileGoneError'
  }
}

export interface PutRequest {
  url: string
  blob: Blob
  onSent: (bytes: number) => void
  signal: AbortSignal
}

export type Put = (request: PutRequest) => Promise<string>

const stallMs = 60_000

/**
 * PUTs a part and resolves to its ETag. XMLHttpRequest, because fetch tells no upload progress.
 * Throws PutError, FileGoneError or the signal's reason.
 */
export const putPart: Put = ({ url, blob, onSent, signal }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let stall = setTimeout(onStall, stallMs)
    const onAbort = () => request.abort()

    function onStall() {
      finish()
      request.abort()
      reject(new PutError(0, 'The connection stood still.'))
    }
    function finish() {
      clearTimeout(stall)
      signal.removeEventListener('abort', onAbort)
    }

    request.upload.addEventListener('progress', (event) => {
      clearTimeout(stall)
      stall = setTimeout(onStall, stallMs)
      onSent(event.loaded)
    })
    request.addEventListener('load', () => {
      finish()
      const etag = request.getResponseHeader('etag')
      if (request.status < 200 || request.status > 299) {
        reject(new PutError(request.status, `The storage answered ${request.status}.`))
      } else if (!etag) {
        reject(new PutError(200, 'The storage did not name the part (no ETag to read).'))
      } else resolve(etag)
    })
    request.addEventListener('error', () => {
      finish()
      void isReadable(blob).then((isThere) =>
        reject(isThere ? new PutError(0, 'The connection broke.') : new FileGoneError()),
      )
    })
    request.addEventListener('abort', () => {
      finish()
      reject(signal.reason)
    })

    signal.addEventListener('abort', onAbort, { once: true })
    request.open('PUT', url)
    request.send(blob)
  })

async function isReadable(blob: Blob): Promise<boolean> {
  try {
    await blob.slice(0, 1).arrayBuffer()
    return true
  } catch {
    return false
  }
}
