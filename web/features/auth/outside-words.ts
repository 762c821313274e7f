const words: Record<string, string> = {
  exists:
    'There is an account with this address already. Log in to it, then link the other service under Security.',
  unverified:
    'The other service has not confirmed your e-mail address, so it cannot vouch for you here.',
  taken: 'That account opens another account here. Unlink it there first.',
  already: 'Another account of that service is linked already. Unlink it first.',
  ended: 'That took too long, or it began in another browser. Try again.',
  failed: 'The sign-in at the other service did not work. Try again.',
  cancelled: 'The sign-in at the other service was cancelled.',
  suspended: 'This account has been suspended.',
  linked: 'Linked. From now on you can sign in that way, too.',
}

/** What came of a way through another service: `?outside=<outcome>`. */
export const outsideWords = (outcome: string | string[] | undefined): string | undefined =>
  typeof outcome !== 'string'
    ? undefined
    : Object.hasOwn(words, outcome)
      ? words[outcome]
      : words['failed']
