import { expect, test } from 'vitest'
import { explainRun, stoodStill } from './explain.ts'

const ended = (exitMessage: string, ...errorLines: string[]) =>
  explainRun({ isOk: exitMessage === '', exitMessage, errorLines })

test('trouble of this machine may be retried and names no folder', () => {
  const full = '[out#0] [error] /var/scratch/p1/out/720p/seg_1.m4s: No space left on device'
  const failure = ended('ffmpeg exited with code 1', full)
  expect(failure).toMatchObject({ code: 'internal', isRetryable: true })
  expect(failure?.message).toContain('seg_1.m4s: No space left')
  expect(failure?.message).not.toContain('scratch')
  expect(ended('ffmpeg was killed with signal SIGKILL')?.isRetryable).toBe(true)
})

test.each([
  ['ffmpeg exited with code 1', 'bwrap: Creating new namespace failed: Operation not permitted'],
  ['ffmpeg exited with code 1', 'prlimit: failed to set the AS resource limit: Invalid argument'],
  ['ffmpeg exited with code 127', 'ffmpeg: error while loading shared libraries: libx264.so.164'],
  ['ffmpeg exited with code 126', ''],
  ['ffmpeg exited with code 255', '[info] Exiting normally, received signal 15.'],
  ['ffmpeg exited with code 1', '[fatal] pthread_create failed: Resource temporarily unavailable'],
  ['spawn /usr/bin/nice EAGAIN', ''],
])('a program that could not do its work says nothing of the film: %s, %s', (how, line) => {
  expect(ended(how, line)).toMatchObject({ code: 'internal', isRetryable: true })
})

test('a film that crashes the decoder or eats its time is at fault itself', () => {
  expect(ended('ffmpeg was killed with signal SIGSEGV')).toMatchObject({
    ...{ code: 'damaged', isRetryable: false },
  })
  expect(ended('ffmpeg was killed with signal SIGXCPU')?.code).toBe('timed_out')
  const goodbye = '[info] Exiting normally, received signal 15.'
  expect(ended(stoodStill, goodbye)).toMatchObject({ code: 'timed_out', isRetryable: false })
})

test('an exit code alone says nothing: the files will', () => {
  expect(ended('')).toBeNull()
  expect(ended('ffmpeg exited with code 1', '[h264] [error] Invalid NAL unit')).toBeNull()
  const stumble = 'Error submitting a packet to the decoder: Resource temporarily unavailable'
  expect(ended('ffmpeg exited with code 1', stumble)).toBeNull()
  expect(ended('ffmpeg exited with code 255', '[error] Invalid data')).toBeNull()
})
