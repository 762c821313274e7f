const HOLD_MS = 500
const HOLD_RATE = 2
/** A finger that moves further scrolls the page. */
const STILL_PX = 10

interface HoldActs {
  setRate: (rate: number) => void
  show: (words: string) => void
  hide: () => void
}

/** A finger that stays down: double speed, and the rate of before once it leaves. */
export function createHold(video: HTMLVideoElement, { setRate, show, hide }: HoldActs) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let from: PointerEvent | undefined
  let rateBefore: number | undefined
  let wasHeld = false

  function begin() {
    if (video.paused) return
    rateBefore = video.playbackRate
    wasHeld = true
    setRate(HOLD_RATE)
    show(`${HOLD_RATE}×`)
  }
  function end() {
    clearTimeout(timer)
    from = undefined
    if (rateBefore === undefined) return
    setRate(rateBefore)
    rateBefore = undefined
    hide()
  }
  return {
    press(event: PointerEvent) {
      from = event
      wasHeld = false
      clearTimeout(timer)
      timer = setTimeout(begin, HOLD_MS)
    },
    move({ clientX, clientY }: PointerEvent) {
      if (!from || rateBefore !== undefined) return
      if (Math.hypot(clientX - from.clientX, clientY - from.clientY) > STILL_PX) end()
    },
    end,
    /** The click that some browsers make of a hold's end is no tap. */
    takesClick(): boolean {
      const takes = wasHeld
      wasHeld = false
      return takes
    },
  }
}
