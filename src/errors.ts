/**
 * Every error that a client can see: its code, its HTTP status and what it means.
 *
 * On SageMaker a 4xx counts as Invocation4XXErrors and a 5xx as Invocation5XXErrors, and the caller gets at most 2,048
 * characters of the message (SageMaker API reference, ModelError); so the status says whose fault it was.
 * docs/errors.md is held against this table by a test.
 */

export const ERRORS = {
  ERR_INVALID_BODY: { status: 400, meaning: 'The body cannot be parsed as its Content-Type.' },
  ERR_INVALID_INPUT: {
    status: 400,
    meaning: 'The body was parsed, but its names, shapes or types do not fit the model.',
  },
  ERR_INVALID_IMAGE: {
    status: 400,
    meaning: 'The image is damaged, truncated, larger than allowed, or of a format that is not decoded.',
  },
  ERR_NOT_FOUND: { status: 404, meaning: 'No such route.' },
  ERR_NOT_ACCEPTABLE: { status: 406, meaning: 'No media type in Accept can be written for this reply.' },
  ERR_BODY_TOO_LARGE: {
    status: 413,
    meaning: 'The body is larger than maxBodyBytes, as it was sent or once it is decompressed.',
  },
  ERR_UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    meaning: 'This model does not accept the Content-Type, or the Content-Encoding is not supported.',
  },
  ERR_BAD_REQUEST: { status: 400, meaning: 'The HTTP request itself is malformed.' },
  ERR_REJECTED_BY_MODEL: {
    status: 400,
    meaning: 'The model refused the values or the shapes of this input while it ran.',
  },
  ERR_MODEL_FAILED: { status: 500, meaning: 'ONNX Runtime failed, and does not blame the input.' },
  ERR_INVALID_LINK: {
    status: 400,
    meaning:
      'A link in the request may not be followed, or what it leads to cannot be had: the message says which.',
  },
  ERR_HANDLER_REFUSED: {
    status: 400,
    meaning:
      'The code in the model folder refused the request. The status is the one that the code chose, 400 to 499.',
  },
  ERR_HANDLER_FAILED: {
    status: 500,
    meaning:
      'The code in the model folder failed, and the log has the reason; or it chose a status of 500 to 599.',
  },
  ERR_RESPONSE_TOO_LARGE: { status: 500, meaning: 'The reply would be larger than limits.maxResponseBytes.' },
  ERR_WORKER_CRASHED: {
    status: 500,
    meaning:
      'Two workers died while they worked on this request and nothing else; for ten minutes the same bytes are refused.',
  },
  ERR_INTERNAL: {
    status: 500,
    meaning: 'A fault of the server. The log has the details under the requestId.',
  },
  ERR_OVERLOADED: {
    status: 503,
    meaning: 'The queue is full, or the wait would outlast the deadline. Retry after Retry-After seconds.',
  },
  ERR_UNAVAILABLE: { status: 503, meaning: 'No worker can serve now: the server starts, stops or recovers.' },
  ERR_DEADLINE_EXCEEDED: {
    status: 504,
    meaning:
      'The request was not answered within requestTimeoutMs, or its body not decoded within half of it.',
  },
} as const satisfies Record<string, { status: number; meaning: string }>

export type ErrorCode = keyof typeof ERRORS

/** An error with a code of the table. `message` is shown to the client: no paths, no stack, what to change first. */
export class ServingError extends Error {
  readonly code: ErrorCode
  /** In place of the code's own status. */
  readonly status?: number
  /** For the log alone. */
  readonly detail?: string

  constructor(
    code: ErrorCode,
    message: string,
    { status, detail }: { status?: number; detail?: string } = {},
  ) {
    super(message)
    this.name = 'ServingError'
    this.code = code
    if (status !== undefined) this.status = status
    if (detail !== undefined) this.detail = detail
  }
}

/** A model or a setting with which the server cannot start. `message` becomes the last line of the log. */
export class StartupError extends Error {
  override name = 'StartupError'
}
