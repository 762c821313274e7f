import type { VideoTrack } from '../film.ts'

type Shape = Pick<
  VideoTrack,
  'codedWidthPx' | 'codedHeightPx' | 'pixelAspect' | 'rotation' | 'shownWidthPx' | 'shownHeightPx'
>

/** The size as people see it: pixels made square in width, then turned. */
export function toShape(
  codedWidthPx: number,
  codedHeightPx: number,
  pixelAspect: [width: number, height: number],
  rotation: VideoTrack['rotation'] = 0,
): Shape {
  const widthPx = Math.round((codedWidthPx * pixelAspect[0]) / pixelAspect[1])
  const isTurned = rotation === 90 || rotation === 270
  return {
    ...{ codedWidthPx, codedHeightPx, pixelAspect, rotation },
    shownWidthPx: isTurned ? codedHeightPx : widthPx,
    shownHeightPx: isTurned ? widthPx : codedHeightPx,
  }
}
