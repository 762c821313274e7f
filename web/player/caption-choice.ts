export interface CaptionChoice {
  language: string
  label: string
}

/** Only what is spoken in another language: no use to who wants to read all of it. */
const isForced = ({ label }: CaptionChoice): boolean => /\bforced\b/i.test(label)

const wholeFirst = <T extends CaptionChoice>(tracks: readonly T[]): T[] =>
  tracks.toSorted((a, b) => Number(isForced(a)) - Number(isForced(b)))

/** `de` of `de-AT`. */
const primary = (tag: string): string => tag.toLowerCase().split('-', 1)[0] ?? ''

/** The track that was chosen in another film: of that name, else whole ones of its language first. */
export const findCaption = <T extends CaptionChoice>(
  tracks: readonly T[],
  { language, label }: CaptionChoice,
): T | undefined => {
  const spoken = wholeFirst(tracks).filter((track) => track.language === language)
  return spoken.find((track) => track.label === label) ?? spoken[0]
}

/** Without one of before: the viewer's language, else the first whole one. */
const firstCaption = <T extends CaptionChoice>(
  tracks: readonly T[],
  viewerTag: string,
): T | undefined => {
  const ordered = wholeFirst(tracks)
  return ordered.find(({ language }) => primary(language) === primary(viewerTag)) ?? ordered[0]
}

/** What a press of the button shows: the one of before, wherever it is there. */
export const captionAgain = <T extends CaptionChoice>(
  tracks: readonly T[],
  last: CaptionChoice | undefined,
  viewerTag: string,
): T | undefined => (last && findCaption(tracks, last)) ?? firstCaption(tracks, viewerTag)
