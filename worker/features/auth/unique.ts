/** What D1 says of a unique column: https://www.sqlite.org/rescode.html#constraint_unique */
export function isTaken(error: unknown, column: string): boolean {
  if (!(error instanceof Error)) return false
  const isThis = error.message.includes(`UNIQUE constraint failed: ${column}`)
  return isThis || isTaken(error.cause, column)
}
