import type { WorkspaceId } from '#contracts/id.ts'
import { ApiError, hasCode, isAbort } from '../../api/error.ts'
import type { Upload, UploadApi } from '../../api/upload.ts'
import type { ItemChange, UploadItem } from './item.ts'
import { newItem, titleFromFileName } from './item.ts'
import type { Meter } from './meter.ts'
import { createMeter } from './meter.ts'
import { isSameFile, storedBytes } from './parts.ts'
import { FileGoneError } from './put.ts'
import { withRetries } from './retry.ts'
import { createSlots } from './slots.ts'
import type { TransferTools } from './transfer.ts'
import { sendParts } from './transfer.ts'

export interface ManagerTools extends Omit<TransferTools, 'api'> {
  api: UploadApi
  id: () => string
  /** A new item, a changed one, or null for one that is gone. */
  onChange: (key: string, item: UploadItem | null) => void
  /** The file has arrived. */
  onDone: (item: UploadItem) => void
}

interface Job {
  item: UploadItem
  workspaceId: WorkspaceId
  file: File | null
  meter: Meter
  run: AbortController | null
}

export type UploadManager = ReturnType<typeof createUploadManager>

const emitMs = 200
const startsAtOnce = 2

/** Uploads that live as long as the page, whatever route is shown. Knows nothing of the view. */
export function createUploadManager(tools: ManagerTools) {
  const jobs = new Map<string, Job>()
  const starts = createSlots(startsAtOnce)

  function change(job: Job, patch: ItemChange) {
    if (!jobs.has(job.item.key)) return
    job.item = { ...job.item, ...patch }
    tools.onChange(job.item.key, job.item)
  }

  function open(workspaceId: WorkspaceId, item: UploadItem, file: File | null): Job {
    const meter = createMeter(item.sizeBytes, tools.now)
    const job: Job = { item, workspaceId, file, meter, run: null }
    jobs.set(item.key, job)
    tools.onChange(item.key, item)
    return job
  }

  async function create(job: Job, signal: AbortSignal): Promise<Upload> {
    const { fileName, sizeBytes, key } = job.item
    const giveBack = await starts.take(signal)
    try {
      // The item's key makes a repeated creation answer with the first draft.
      const body = { fileName, sizeBytes, title: titleFromFileName(fileName) }
      const made = await withRetries(tools.pacing, signal, () =>
        tools.api.create(job.workspaceId, body, key, signal),
      )
      change(job, { upload: made.upload, video: made.video })
      return made.upload
    } finally {
      giveBack()
    }
  }

  async function send(job: Job, upload: Upload, signal: AbortSignal): Promise<void> {
    let emittedAt = 0
    job.meter.restart()
    change(job, { state: 'uploading', isWaiting: true })
    await sendParts(tools, {
      upload,
      file: job.file!,
      signal,
      onTurn: () => {
        if (job.item.isWaiting) change(job, { isWaiting: false })
      },
      onSent: (bytes) => {
        const reading = job.meter.read(bytes)
        if (tools.now() - emittedAt < emitMs) return
        emittedAt = tools.now()
        if (!signal.aborted) change(job, reading)
      },
    })
  }

  async function complete(job: Job, upload: Upload, signal: AbortSignal): Promise<void> {
    change(job, { state: 'completing', percent: 100, bytesPerSecond: null, timeLeftMs: null })
    const done = await withRetries(tools.pacing, signal, () =>
      tools.api.complete(upload.id, signal),
    )
    change(job, { state: 'done', video: done.video, error: null })
    tools.onDone(job.item)
  }

  async function run(job: Job): Promise<void> {
    if (job.run) return
    const stop = new AbortController()
    job.run = stop
    change(job, { state: 'starting', error: null })
    try {
      const upload = await (job.item.upload
        ? refreshed(job, job.item.upload, stop.signal)
        : create(job, stop.signal))
      if (upload.state === 'open') await send(job, upload, stop.signal)
      await complete(job, upload, stop.signal)
    } catch (error) {
      if (!stop.signal.aborted) await explain(job, error)
    } finally {
      if (job.run === stop) job.run = null
    }
  }

  /** The upload as the server has it now, with the parts that it holds. */
  async function refreshed(job: Job, upload: Upload, signal: AbortSignal): Promise<Upload> {
    const current = await withRetries(tools.pacing, signal, () => tools.api.get(upload.id, signal))
    change(job, { upload: current })
    return current
  }

  /** The server's state is the truth: an upload that seems lost may have arrived. */
  async function explain(job: Job, error: unknown): Promise<void> {
    if (error instanceof FileGoneError) {
      job.file = null
      return change(job, { state: 'needs-file', error: failure(error, true) })
    }
    const upload = job.item.upload
    if (!upload) return change(job, { state: 'failed', error: failure(error, canRepeat(error)) })
    try {
      const current = await tools.api.get(upload.id)
      change(job, { upload: current })
      if (current.state === 'done') {
        return await complete(job, current, new AbortController().signal)
      }
      const canRetry = current.state === 'open'
      const reason = canRetry ? failure(error, true) : ended
      change(job, { state: 'failed', error: reason })
    } catch (second) {
      const isGone = hasCode(second, 'not_found', 'upload_expired')
      change(job, { state: 'failed', error: isGone ? ended : failure(error, true) })
    }
  }

  const jobOf = (key: string): Job => {
    const job = jobs.get(key)
    if (!job) throw new Error(`No upload ${key}`)
    return job
  }

  function stop(job: Job) {
    job.run?.abort(new DOMException('Stopped', 'AbortError'))
    job.run = null
  }

  function drop(key: string) {
    const job = jobs.get(key)
    if (!job) return
    stop(job)
    jobs.delete(key)
    tools.onChange(key, null)
  }

  return {
    /** Starts all at once; they share the connections. Returns their keys. */
    add(workspaceId: WorkspaceId, files: File[]): string[] {
      return files.map((file) => {
        const job = open(workspaceId, newItem(tools.id(), file.name, file.size), file)
        void run(job)
        return job.item.key
      })
    },

    /** Shows an upload of an earlier visit. */
    adopt(workspaceId: WorkspaceId, upload: Upload, patch: ItemChange = {}): void {
      const isKnown = [...jobs.values()].some((job) => job.item.upload?.id === upload.id)
      if (isKnown) return
      const percent = (storedBytes(upload) / upload.sizeBytes) * 100
      const item = newItem(tools.id(), upload.fileName, upload.sizeBytes)
      open(workspaceId, { ...item, state: 'needs-file', upload, percent, ...patch }, null)
    },

    /** Goes on with a file chosen again. Throws an Error with a sentence for another file. */
    giveFile(key: string, file: File): void {
      const job = jobOf(key)
      if (!isSameFile(job.item, file)) {
        throw new Error(
          `This is another file. Choose “${job.item.fileName}” with the same size as before.`,
        )
      }
      job.file = file
      void run(job)
    },

    pause(key: string): void {
      const job = jobOf(key)
      stop(job)
      change(job, { state: 'paused', bytesPerSecond: null, timeLeftMs: null })
    },

    /** Also tries again what failed. */
    resume(key: string): void {
      const job = jobOf(key)
      if (job.file || job.item.upload?.state === 'done') void run(job)
      else change(job, { state: 'needs-file', error: null })
    },

    /** Deletes the draft and its parts on the server. Throws ApiError where that fails. */
    async cancel(key: string): Promise<void> {
      const job = jobOf(key)
      stop(job)
      change(job, { state: 'paused', bytesPerSecond: null, timeLeftMs: null })
      if (job.item.upload) {
        await tools.api.abort(job.item.upload.id).catch((error: unknown) => {
          if (!hasCode(error, 'not_found', 'conflict')) throw error
        })
      }
      drop(key)
    },

    /** Takes a row away and leaves the server as it is. */
    drop,

    /** Stops everything, as at sign-out; the server keeps what arrived. */
    clear(): void {
      for (const key of jobs.keys()) drop(key)
    },

    change(key: string, patch: ItemChange): void {
      const job = jobs.get(key)
      if (job) change(job, patch)
    },
  }
}

const ended = {
  message: 'This upload has ended: it was given up or is too old. Start it anew.',
  canRetry: false,
}

const canRepeat = (error: unknown): boolean =>
  !hasCode(error, 'file_too_large', 'invalid_fields', 'forbidden', 'not_found')

function failure(error: unknown, canRetry: boolean) {
  if (error instanceof ApiError) {
    return { message: error.message, requestId: error.requestId, canRetry }
  }
  const message =
    error instanceof Error && !isAbort(error) ? error.message : 'Something went wrong.'
  return { message, canRetry }
}
