import { expect, test } from 'vitest'
import { defaultAudio, defaultLadder, gopSeconds, segmentSeconds } from '#contracts/ladder.ts'
import { toArguments } from './command.ts'
import { planEncode, toEncodeCommand } from './encode.ts'
import type { PictureSource, Source } from './source.ts'

const picture: PictureSource = {
  index: 0,
  widthPx: 1280,
  heightPx: 720,
  rate: { num: 30000, den: 1001 },
  isInterlaced: false,
  pixelFormat: 'yuv420p',
  isFullRange: false,
  colour: { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709' },
  startSeconds: 0,
  endSeconds: 10,
}
const sound = {
  index: 1,
  language: 'eng',
  label: null,
  channels: 2,
  layout: 'stereo',
  startSeconds: 0,
  endSeconds: 10,
}
const spec = { ladder: defaultLadder, audio: defaultAudio, segmentSeconds, gopSeconds }

function build(change: Partial<PictureSource> | null, rest: Partial<Source> = {}) {
  const source: Source = {
    picture: change && { ...picture, ...change },
    sounds: [sound],
    subtitles: [],
    durationSeconds: 10,
    clockOffsetSeconds: 0,
    ...rest,
  }
  const plan = planEncode(source, spec)
  return { plan, command: toEncodeCommand(source, plan, { sourcePath: '/in', outDir: '/out' }) }
}

const graph = (change: Partial<PictureSource>) => build(change).command.filterGraph

test('segments are whole GOPs of whole frames, whatever the rate', () => {
  const { plan, command } = build({})
  expect(plan.gopFrames).toBe(60)
  expect(plan.segmentSeconds).toBeCloseTo(6.006, 9)
  for (const { options } of command.outputs) {
    expect(options[options.indexOf('-hls_time') + 1]).toBe('6.006000')
  }
  const slow = build({ rate: { num: 8797, den: 1000 } }).plan
  expect(slow.segmentSeconds * 8.797).toBeCloseTo(slow.gopFrames * 3, 6)
})

test('each rung is scaled from the one above', () => {
  expect(graph({})).toBe(
    '[0:0]fps=fps=30000/1001:start_time=0,tpad=stop_mode=clone:stop=2,trim=end_pts=300,' +
      'zscale=w=1280:h=720:filter=bicubic,setsar=1,split=2[v0][s0];' +
      '[s0]zscale=w=854:h=480:filter=bicubic,setsar=1,split=2[v1][s1];' +
      '[s1]zscale=w=640:h=360:filter=bicubic,setsar=1[v2]',
  )
})

test('a single rung needs no split', () => {
  expect(graph({ widthPx: 320, heightPx: 240 })).toMatch(/^\[0:0\][^;[]+\[v0\]$/)
})

test('what browsers cannot show is converted: HDR, full range, fields, other formats', () => {
  expect(graph({ colour: { transfer: 'arib-std-b67', matrix: 'bt2020nc' } })).toMatch(
    /zscale=w=1280:h=720:filter=bicubic,zscale=tin=arib-std-b67:min=bt2020nc.*tonemap.*format=yuv420p/,
  )
  expect(graph({ isFullRange: true })).toContain('out_range=tv,format=yuv420p')
  expect(graph({ pixelFormat: 'yuv444p12le' })).toContain('format=yuv420p')
  expect(graph({ isInterlaced: true })).toMatch(/^\[0:0\]bwdif/)
})

test('colour without a name gets the one that players assume for its size', () => {
  expect(graph({ colour: {} })).toContain('colorspace=bt709')
  expect(graph({ colour: {}, widthPx: 640, heightPx: 480 })).toContain('colorspace=smpte170m')
})

test('a picture that ends before the sound is held', () => {
  expect(graph({ endSeconds: 7.5 })).toContain('tpad=stop_mode=clone:stop=77,trim=end_pts=300')
  expect(graph({ endSeconds: 9.95 })).toContain('stop=2,trim=end_pts=298')
})

test('nothing of the source but picture and sound goes through', () => {
  const { command } = build({})
  expect(command.outputs).toHaveLength(4)
  for (const { options } of command.outputs) {
    expect(options.join(' ')).toContain('-map_metadata -1 -map_chapters -1 -sn -dn')
    expect(options.filter((option) => option === '-map')).toHaveLength(1)
  }
})

test('only pictures carry frag_discont: on sound it writes negative times', () => {
  const movflags = build({}).command.outputs.map(({ options }) =>
    options.find((option) => option.includes('movflags=')),
  )
  expect(movflags).toEqual([
    ...Array.from({ length: 3 }, () => 'use_editlist=0:movflags=+cmaf+frag_discont'),
    'use_editlist=0:movflags=+cmaf',
  ])
})

test('sound alone has no filter graph, pictures alone no sound', () => {
  const audioOnly = build(null)
  expect(audioOnly.plan.videos).toEqual([])
  expect(audioOnly.command.filterGraph).toBeUndefined()
  expect(toArguments(audioOnly.command)).not.toContain('-filter_complex')
  expect(build({}, { sounds: [] }).command.outputs).toHaveLength(3)
})

test('a stranger’s file is opened with allow-lists and by a name that is no option', () => {
  const [input] = build({}, { clockOffsetSeconds: -2.5 }).command.inputs
  expect(input?.path).toBe('file:/in')
  const text = input!.options.join(' ')
  expect(text).toContain('-protocol_whitelist file -format_whitelist mov,')
  expect(text).not.toMatch(/\b(hls|concat|dash|sdp|image2)\b/)
  expect(text).toContain('-itsoffset -2.500000')
})
