import { z } from 'zod'

/** Every code that a client may see, with the status and the title that go with it. */
export const errorCodes = {
  invalid_request: [400, 'The request is not valid'],
  unauthorized: [401, 'Sign in to do this'],
  invalid_credentials: [401, 'E-mail or password is wrong'],
  session_ended: [401, 'This session has ended'],
  code_wrong: [401, 'The code is wrong'],
  challenge_ended: [401, 'This sign-in has taken too long'],
  passkey_unknown: [401, 'This passkey does not open an account here'],
  token_expired: [401, 'The access token has expired'],
  playback_denied: [403, 'This link does not open the video'],
  streams_limit: [403, 'This plays on too many devices at once'],
  forbidden: [403, 'You may not do this'],
  insufficient_scope: [403, 'The API key has no scope for this'],
  step_up_required: [403, 'Confirm that it is you'],
  email_unverified: [403, 'Confirm your e-mail address first'],
  suspended: [403, 'This has been suspended'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'This address does not take that method'],
  conflict: [409, 'The state has changed'],
  email_taken: [409, 'There is an account with this e-mail'],
  handle_taken: [409, 'This handle is taken'],
  already_member: [409, 'This person is a member already'],
  last_owner: [409, 'A workspace needs an owner'],
  last_factor: [409, 'You would have no way left to sign in'],
  limit_reached: [409, 'There are as many as there may be'],
  upload_incomplete: [409, 'Parts of the file are missing'],
  idempotency_in_progress: [409, 'The first request with this key is still running'],
  fenced: [409, 'Another attempt holds this task'],
  upload_expired: [410, 'The upload has expired'],
  link_ended: [410, 'This link has expired or was used'],
  precondition_failed: [412, 'The file is another one now'],
  body_too_large: [413, 'The request body is too large'],
  file_too_large: [413, 'The file is too large'],
  unsupported_media_type: [415, 'Send JSON'],
  range_not_satisfiable: [416, 'The range lies outside the file'],
  invalid_fields: [422, 'Some fields are not valid'],
  size_mismatch: [422, 'The stored file has another size than announced'],
  idempotency_mismatch: [422, 'This key was used for another request'],
  rate_limited: [429, 'Too many tries'],
  internal: [500, 'Something went wrong here'],
  unknown_format: [501, 'This format is not made here'],
  outside_failed: [502, 'The sign-in at the other service failed'],
  not_ready: [503, 'Not ready'],
} as const satisfies Record<string, readonly [number, string]>

export type ErrorCode = keyof typeof errorCodes

export const FieldError = z.object({
  field: z.string().meta({ description: 'Path of the field, dots between its parts' }),
  message: z.string(),
})
export type FieldError = z.infer<typeof FieldError>

/** The body of every error: RFC 9457 problem details with a stable code. */
export const Problem = z
  .object({
    type: z.string().meta({ example: 'urn:lantern:error:not_found' }),
    title: z.string().meta({ example: 'Not found' }),
    status: z.int().meta({ example: 404 }),
    code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string().meta({ description: 'One sentence for a person' }),
    requestId: z.string(),
    errors: z.array(FieldError).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>

/** Why a video failed, in a code for programs and a sentence for its owner. */
export const failureCodes = {
  not_a_video: 'This file is not a video or a sound recording that can be read.',
  no_streams: 'The file holds neither picture nor sound.',
  damaged: 'The file is damaged: it could not be read to its end.',
  unsupported_codec: 'The file uses a format that cannot be decoded here.',
  encrypted: 'The file is copy-protected and cannot be decoded.',
  too_large: 'The picture is larger, or the file has more tracks, than this server accepts.',
  too_expensive: 'Converting this file takes more work than this server allows for one video.',
  timed_out: 'Converting the file took too long and was stopped.',
  source_missing: 'The uploaded file is no longer there.',
  out_of_attempts: 'Converting failed several times. Try again, or upload the file anew.',
  cancelled: 'Converting was stopped.',
  internal: 'Something went wrong on the server while converting.',
} as const

export type FailureCode = keyof typeof failureCodes
export const FailureCode = z.enum(Object.keys(failureCodes) as [FailureCode, ...FailureCode[]])
