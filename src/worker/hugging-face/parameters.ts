/** The `parameters` of a request. */

import type { z } from 'zod'
import { ServingError } from '../../errors.ts'
import { formatIssue } from '../../model/config-issue.ts'
import type { HubRequest } from './hub-task.ts'

/** @throws ServingError ERR_INVALID_INPUT with each that is unknown or has another type, and what is allowed */
export const readParameters = <Schema extends z.ZodObject>(
  schema: Schema,
  { parameters }: HubRequest,
): z.output<Schema> => {
  const result = schema.safeParse(parameters)
  if (result.success) return result.data
  const mistakes = result.error.issues.flatMap((issue) =>
    formatIssue(issue, { parameters }, Object.keys(schema.shape), ['parameters']),
  )
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `${mistakes.join('; ')}. This task knows ${Object.keys(schema.shape).join(', ') || 'no parameters'}`,
  )
}
