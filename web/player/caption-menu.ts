import { type CaptionPart, captionParts, choicesOf } from './caption-style.ts'
import type { Captions } from './captions.ts'
import type { Labels } from './labels.ts'
import type { Item } from './menu.ts'

interface CaptionMenuOptions {
  labels: Labels
  captions: Captions
  /** Opens a list; it stays open until its lines close it. */
  show: (title: string, items: () => Item[]) => void
  close: () => void
  back: () => void
}

/** Which captions, and how they look. Choices of looks leave the list open, beside a sample. */
export function createCaptionMenu({ labels, captions, show, close, back }: CaptionMenuOptions) {
  const { style } = captions
  const partWords: Record<CaptionPart, string> = {
    size: labels.captionSize,
    colour: labels.captionColour,
    ground: labels.captionGround,
    edge: labels.captionEdge,
  }
  const choiceWords = (part: CaptionPart, choice: string) =>
    part === 'size' ? `${choice} %` : (labels.captionChoices[part]?.[choice] ?? choice)

  const tracks = (): Item[] => [
    { label: labels.captions, isBack: true, run: back },
    ...[undefined, ...captions.tracks()].map((track) => ({
      label: track?.label ?? labels.off,
      isChecked: track === captions.shown(),
      run: () => (captions.choose(track), close()),
    })),
    { label: labels.captionStyle, hasMore: true, run: openStyle },
  ]
  const looks = (): Item[] => [
    { label: labels.captionStyle, isBack: true, run: open },
    ...captionParts.map((part) => ({
      label: partWords[part],
      value: choiceWords(part, style.get(part)),
      hasMore: true,
      run: () => openPart(part),
    })),
    ...(style.isUsual() ? [] : [{ label: labels.captionReset, run: reset }]),
  ]
  const choices = (part: CaptionPart): Item[] => [
    { label: partWords[part], isBack: true, run: openStyle },
    ...choicesOf(part).map((choice) => ({
      label: choiceWords(part, choice),
      isChecked: style.get(part) === choice,
      run: () => (style.choose(part, choice), openPart(part)),
    })),
  ]
  function open() {
    captions.setSample(false)
    show(labels.captions, tracks)
  }
  function openStyle() {
    captions.setSample(true)
    show(labels.captionStyle, looks)
  }
  function openPart(part: CaptionPart) {
    captions.setSample(true)
    show(partWords[part], () => choices(part))
  }
  function reset() {
    style.reset()
    openStyle()
  }
  return { open }
}
