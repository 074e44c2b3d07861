/** What AWS's errors mean. SageMaker answers nearly everything with ValidationException, so its words must do. */

const MISSING_NAMES = new Set([
  'NoSuchBucket',
  'NoSuchEntity',
  'NoSuchEntityException',
  'NoSuchKey',
  'NoSuchUpload',
  'NotFound',
  'ObjectNotFoundException',
  'ProvisionedConcurrencyConfigNotFoundException',
  'RepositoryNotFoundException',
  'ImageNotFoundException',
  'ResourceNotFound',
  'ResourceNotFoundException',
])

const read = (error: unknown): { name: string; message: string; status: number | undefined } => {
  const { name, message, $metadata } = (error ?? {}) as {
    name?: string
    message?: string
    $metadata?: { httpStatusCode?: number }
  }
  return { name: name ?? '', message: message ?? '', status: $metadata?.httpStatusCode }
}

const isValidation = (name: string): boolean => name === 'ValidationException' || name === 'ValidationError'

/** "There is no such thing." */
export const isMissing = (error: unknown): boolean => {
  const { name, message } = read(error)
  return (
    MISSING_NAMES.has(name) ||
    (isValidation(name) && /could not find|does not exist|not found/i.test(message))
  )
}

/** "You may not." */
export const isDenied = (error: unknown): boolean =>
  ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError'].includes(
    read(error).name,
  )

/** "There is one already": what is named by a hash is then what was wanted. */
export const isAlreadyThere = (error: unknown): boolean => {
  const { name, message } = read(error)
  if (name === 'BucketAlreadyOwnedByYou') return true
  return (isValidation(name) || name === 'ResourceInUse') && /already exist/i.test(message)
}

/** The request was refused for the state that something is in, not for what it says. */
export const isConflict = (error: unknown): boolean => {
  const { name, message } = read(error)
  return (
    name === 'ConflictException' ||
    name === 'ResourceConflictException' ||
    name === 'PreconditionFailedException' ||
    name === 'ResourceInUse' ||
    name === 'ConcurrentUpdateException' ||
    (isValidation(name) && /already exist|in.progress|cannot (update|delete)|is being|in use/i.test(message))
  )
}

/** What a request names is not there: it was made a moment ago and is not known everywhere yet, or someone has deleted it. */
export const isGone = (error: unknown): boolean => {
  const { name, message } = read(error)
  return (
    (isValidation(name) || name === 'ObjectNotFoundException') &&
    /could not find (model(?! data)|endpoint|cloudwatch alarm)/i.test(message)
  )
}

/**
 * What was made a moment ago is not known everywhere yet: models and configurations (SageMaker API reference, CreateEndpoint:
 * "retry logic is recommended") and roles.
 */
export const isNotYetKnown = (error: unknown): boolean => {
  const { name, message } = read(error)
  return (
    isGone(error) ||
    ((isValidation(name) || name === 'InvalidParameterValueException') &&
      /could not assume role|cannot be assumed|not authorized to assume/i.test(message))
  )
}

/** Nothing is wrong with the request: AWS or the way to it is overloaded or out of order, beyond what the SDK repeats. */
export const isTransient = (error: unknown): boolean => {
  const { name, status } = read(error)
  if (status !== undefined && status >= 500) return true
  const isNetwork = /^E[A-Z]+$/.test((error as { code?: string } | undefined)?.code ?? '')
  return isNetwork || /throttl|TooManyRequests|TimeoutError|RequestLimitExceeded/i.test(name)
}

/** What AWS said, in one line. */
export const messageOf = (error: unknown): string => {
  const { name, message } = read(error)
  return name === '' || name === 'Error' ? message : `${name}: ${message}`
}

/** The answer, or undefined where AWS says that there is no such thing. */
export const orMissing = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
