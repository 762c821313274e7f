import { expect, test } from 'vitest'
import { toCmcdHeaders } from './cmcd.ts'

test('what is told of a segment stands in four headers, each in the order of its names', () => {
  const headers = toCmcdHeaders({
    ...{ br: 2400.4, tb: 6000, d: 4004.2, ot: 'v' },
    ...{ bl: 21_349, dl: 10_651, mtp: 25_049, su: true },
    ...{ cid: 'vid_1', sid: 'a"b\\c', pr: 2, sf: 'h', st: 'v', bs: true },
  })
  expect(headers).toEqual({
    'CMCD-Object': 'br=2400,d=4004,ot=v,tb=6000',
    'CMCD-Request': 'bl=21300,dl=10700,mtp=25000,su',
    'CMCD-Session': String.raw`cid="vid_1",pr=2,sf=h,sid="a\"b\\c",st=v`,
    'CMCD-Status': 'bs',
  })
})

test('what is not known, false or the rule is left out, and an empty header too', () => {
  expect(toCmcdHeaders({ ot: 'm', su: false, bs: false, pr: 1, bl: undefined })).toEqual({
    'CMCD-Object': 'ot=m',
  })
})
