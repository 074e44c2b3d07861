/** Checks a request against its schema and words what is wrong as AWS does. */

import type { z } from 'zod'
import { AwsError } from './aws-error.ts'

/** `productionVariants.1.member.variantName`: AWS counts from one and begins in lower case. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) =>
      typeof part === 'number' ? `${part + 1}.member` : String(part).replace(/^./, (c) => c.toLowerCase()),
    )
    .join('.')

const constraintOf = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `Member must have length greater than or equal to ${issue.minimum}`
        : `Member must have value greater than or equal to ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `Member must have length less than or equal to ${issue.maximum}`
        : `Member must have value less than or equal to ${issue.maximum}`
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${String(issue.pattern).replace(/^\/|\/\w*$/g, '')}`
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.join(', ')}]`
    case 'invalid_type':
      return issue.input === undefined || issue.input === null
        ? 'Member must not be null'
        : `Member must be of type ${issue.expected}`
    default:
      return issue.message
  }
}

/** Most of a value that an error repeats. */
const SHOWN = 200

const describe = (issue: z.core.$ZodIssue): string => {
  const { input } = issue
  const value =
    input === undefined || input === null
      ? 'null'
      : `'${(typeof input === 'object' ? JSON.stringify(input) : String(input)).slice(0, SHOWN)}'`
  return `Value ${value} at '${pathOf(issue.path)}' failed to satisfy constraint: ${constraintOf(issue)}`
}

/** The checked input, or ValidationException with all that is wrong. */
export const validate = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const result = schema.safeParse(input, { reportInput: true })
  if (result.success) return result.data
  const { issues } = result.error
  const head = `${issues.length} validation error${issues.length > 1 ? 's' : ''} detected: `
  throw new AwsError('ValidationException', head + issues.slice(0, 10).map(describe).join('; '))
}
