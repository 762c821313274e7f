const usual = [1, 2, 3, 4, 5, 10]

export const toChoice = (max: number | null): string => String(max ?? '')

export function streamsWords(max: number | null): string {
  if (max === null) return 'Any number'
  return max === 1 ? 'One device' : `${max} devices`
}

/** With what is set now, should it be none of the usual numbers. */
export function streamsOptions(current: number | null): { value: string; label: string }[] {
  const numbers = new Set(current === null ? usual : [...usual, current])
  const all = [null, ...[...numbers].toSorted((a, b) => a - b)]
  return all.map((max) => ({ value: toChoice(max), label: streamsWords(max) }))
}
