// Numbers that pages show, too. Without zod: it asks for `eval`, which no page may have.

/** What a sign-in still lacks may be shown for so long. */
export const challengeSeconds = 5 * 60
/** Of one video. */
export const maxChapters = 100
export const recoveryCodeCount = 10
export const maxAvatarBytes = 4 * 2 ** 20

/** Signing keys of a workspace that work: enough to change them one by one. */
export const maxSigningKeys = 10
