/** An error as an AWS service answers it; each protocol writes it in its own way. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  /** Further members of the error's body. */
  readonly members: Record<string, unknown>

  constructor(code: string, message: string, { status = 400, members = {} }: ErrorOptions = {}) {
    super(message)
    this.code = code
    this.status = status
    this.members = members
  }
}

type ErrorOptions = { status?: number; members?: Record<string, unknown> }

/** SageMaker has few modelled errors: nearly all that is wrong with a request is this one. */
export const invalid = (message: string): AwsError => new AwsError('ValidationException', message)
