import { expect, test, vi } from 'vitest'
import type { UploadId, VideoId, WorkspaceId } from '#contracts/id.ts'
import type { Video } from '#contracts/video.ts'
import { ApiError } from '../../api/error.ts'
import type { Upload, UploadApi } from '../../api/upload.ts'
import type { UploadItem } from './item.ts'
import { createUploadManager } from './manager.ts'
import type { Put } from './put.ts'
import { FileGoneError, PutError } from './put.ts'
import { createSlots } from './slots.ts'

const workspaceId = 'wsp_test' as WorkspaceId
const partSizeBytes = 10
const broken = () => new ApiError({ status: 503, code: 'not_ready', message: 'Not ready' })

const fileOf = (sizeBytes: number, name = 'film.mp4') => new File(['x'.repeat(sizeBytes)], name)

/** A server in memory that keeps what arrives, and a manager before it. */
function setUp(put?: Put) {
  const etags = new Map<number, string>()
  let upload: Upload | undefined
  const video = { id: 'vid_test' as VideoId, status: 'processing', title: 'film' } as Video
  const current = () => ({
    ...upload!,
    parts: [...etags.keys()].map((partNumber) => ({
      partNumber,
      sizeBytes: Math.min(partSizeBytes, upload!.sizeBytes - (partNumber - 1) * partSizeBytes),
    })),
  })

  const api = {
    create: vi.fn<UploadApi['create']>(async (_workspace, body) => {
      upload = {
        id: 'upl_test' as UploadId,
        videoId: video.id,
        fileName: body.fileName,
        sizeBytes: body.sizeBytes,
        partSizeBytes,
        partCount: Math.ceil(body.sizeBytes / partSizeBytes),
        state: 'open',
        parts: [],
        expiresAt: '2026-11-27T00:00:00.000Z',
        createdAt: '2026-11-20T00:00:00.000Z',
      }
      return { upload, video }
    }),
    list: vi.fn<UploadApi['list']>(async () => ({ items: [], nextCursor: null })),
    get: vi.fn<UploadApi['get']>(async () => current()),
    presign: vi.fn<UploadApi['presign']>(async (_id, partNumbers) => ({
      parts: partNumbers.map((partNumber) => ({
        partNumber,
        url: `https://storage.test/${partNumber}`,
        sizeBytes: 1,
        expiresAt: '2026-11-20T01:00:00.000Z',
      })),
    })),
    recordPart: vi.fn<UploadApi['recordPart']>(async (_id, partNumber, done) => {
      etags.set(partNumber, done.etag)
    }),
    complete: vi.fn<UploadApi['complete']>(async () => {
      upload!.state = 'done'
      return { video }
    }),
    abort: vi.fn<UploadApi['abort']>(async () => undefined),
  }

  const sent: string[] = []
  const storage: Put = async ({ url, blob, onSent }) => {
    sent.push(url)
    onSent(blob.size)
    return `"etag of ${url.at(-1)}"`
  }
  const slept: number[] = []
  const items = new Map<string, UploadItem>()
  const seen: UploadItem[] = []
  let keys = 0
  const manager = createUploadManager({
    api,
    put: put ?? storage,
    slots: createSlots(3),
    now: () => 0,
    id: () => `key-${(keys += 1)}`,
    pacing: {
      isOnline: () => true,
      random: () => 1,
      untilOnline: async () => undefined,
      sleep: async (ms) => void slept.push(ms),
    },
    onChange: (key, item) => {
      if (item) items.set(key, item)
      else items.delete(key)
      if (item) seen.push(item)
    },
    onDone: () => undefined,
  })
  const only = () => [...items.values()][0]!
  const until = (state: UploadItem['state']) => vi.waitFor(() => expect(only().state).toBe(state))
  return { api, etags, manager, items, seen, sent, slept, only, until, storage, current }
}

test('a file goes up in parts, each recorded with its ETag, and is completed once', async () => {
  const world = setUp()
  world.manager.add(workspaceId, [fileOf(25)])
  await world.until('done')

  expect(world.etags.size).toBe(3)
  expect(world.etags.get(3)).toBe('"etag of 3"')
  expect(world.api.recordPart.mock.calls.map((call) => call[2].sizeBytes)).toEqual([10, 5, 10])
  expect(world.api.complete).toHaveBeenCalledTimes(1)
  expect(world.only()).toMatchObject({ percent: 100, error: null })
})

test('the ends of a file are sent and recorded before anything between them begins', async () => {
  const between = Promise.withResolvers<void>()
  const world = setUp(async (request) => {
    if (['2', '3', '4'].includes(request.url.at(-1)!)) await between.promise
    return world.storage(request)
  })
  world.manager.add(workspaceId, [fileOf(55)])
  await vi.waitFor(() => expect([...world.etags.keys()]).toEqual([1, 6, 5]))
  between.resolve()
  await world.until('done')
  expect(world.etags.size).toBe(6)
})

test('a creation whose reply was lost is repeated with the same key', async () => {
  const world = setUp()
  world.api.create.mockRejectedValueOnce(broken())
  world.manager.add(workspaceId, [fileOf(5)])
  await world.until('done')

  const [first, second] = world.api.create.mock.calls
  expect(second?.[2]).toBe(first?.[2])
  expect(world.slept).toEqual([500])
})

test('a part that fails is sent again, with a new address, after growing pauses', async () => {
  let failures = 2
  const world = setUp(async (request) => {
    if (failures > 0) {
      failures -= 1
      throw new PutError(403, 'The storage answered 403.')
    }
    return world.storage(request)
  })
  world.manager.add(workspaceId, [fileOf(5)])
  await world.until('done')

  expect(world.slept).toEqual([500, 1000])
  expect(world.api.presign).toHaveBeenCalledTimes(3)
})

test('after six tries it says so and keeps what arrived; trying again sends the rest', async () => {
  let isStorageUp = false
  const world = setUp(async (request) => {
    if (!isStorageUp && request.url.endsWith('2')) throw new PutError(500, 'The storage broke.')
    return world.storage(request)
  })
  const [key] = world.manager.add(workspaceId, [fileOf(25)])
  await world.until('failed')
  expect(world.only().error).toMatchObject({ message: 'The storage broke.', canRetry: true })
  expect(world.etags.has(1)).toBe(true)

  isStorageUp = true
  const before = [...world.etags.keys()]
  world.sent.length = 0
  world.manager.resume(key!)
  await world.until('done')
  const resent = world.sent.map((url) => Number(url.at(-1)))
  expect(resent.filter((number) => before.includes(number))).toEqual([])
  expect(world.etags.size).toBe(3)
})

test('a refusal is not repeated and tells its reason', async () => {
  const tooLarge = new ApiError({
    status: 413,
    code: 'file_too_large',
    message: 'Files may have at most 5 GB.',
  })
  const world = setUp()
  world.api.create.mockRejectedValue(tooLarge)
  world.manager.add(workspaceId, [fileOf(5)])
  await world.until('failed')

  expect(world.only().error).toMatchObject({ message: tooLarge.message, canRetry: false })
  expect(world.slept).toEqual([])
})

test('an upload that seems lost but has arrived is not called failed', async () => {
  const lost = new ApiError({ status: 409, code: 'conflict', message: 'The state has changed' })
  const world = setUp()
  world.api.complete.mockImplementationOnce(async () => {
    world.api.get.mockResolvedValueOnce({ ...world.current(), state: 'done' })
    throw lost
  })
  world.manager.add(workspaceId, [fileOf(5)])
  await world.until('done')

  expect(world.seen.map((item) => item.state)).not.toContain('failed')
})

test('a pause stops the bytes and going on sends only what is missing', async () => {
  const gate = Promise.withResolvers<void>()
  const world = setUp(async (request) => {
    if (request.url.endsWith('1')) return world.storage(request)
    await Promise.race([
      gate.promise,
      new Promise((_, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)),
      ),
    ])
    return world.storage(request)
  })
  const [key] = world.manager.add(workspaceId, [fileOf(25)])
  await vi.waitFor(() => expect(world.etags.has(1)).toBe(true))
  world.manager.pause(key!)
  expect(world.only().state).toBe('paused')

  world.sent.length = 0
  gate.resolve()
  world.manager.resume(key!)
  await world.until('done')
  expect(world.sent.map((url) => url.at(-1)).toSorted()).toEqual(['2', '3'])
})

test('an upload of an earlier visit goes on with the same file and refuses another', async () => {
  const world = setUp()
  const { upload } = await world.api.create(
    workspaceId,
    { fileName: 'film.mp4', sizeBytes: 25 },
    'k',
  )
  await world.api.recordPart(upload.id, 2, { etag: '"2"', sizeBytes: 10 })
  world.manager.adopt(workspaceId, world.current())
  expect(world.only()).toMatchObject({ state: 'needs-file', percent: 40 })

  expect(() => world.manager.giveFile('key-1', fileOf(24))).toThrow(/another file/)
  world.manager.giveFile('key-1', fileOf(25))
  await world.until('done')
  expect(world.sent.map((url) => url.at(-1)).toSorted()).toEqual(['1', '3'])
})

test('a file that left the disk asks to be chosen again', async () => {
  const world = setUp(async () => {
    throw new FileGoneError()
  })
  world.manager.add(workspaceId, [fileOf(5)])
  await world.until('needs-file')
  expect(world.only().error?.message).toMatch(/moved or changed/)
})

test('cancelling deletes the draft and takes the row away', async () => {
  const world = setUp(({ signal }) => {
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    )
  })
  const [key] = world.manager.add(workspaceId, [fileOf(5)])
  await world.until('uploading')
  await world.manager.cancel(key!)

  expect(world.api.abort).toHaveBeenCalledWith('upl_test')
  expect(world.items.size).toBe(0)
})
