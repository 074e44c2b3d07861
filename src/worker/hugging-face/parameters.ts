/** The `parameters` of a request. */

import * as z from 'zod'
import { ServingError } from '../../errors.ts'
import { formatIssue } from '../../model/config-issue.ts'
import type { HubRequest } from './hub-task.ts'
import type { Cut } from './tokenizer.ts'

/** @throws ServingError ERR_INVALID_INPUT with each that is unknown or has another type, and what is allowed */
export const readParameters = <Schema extends z.ZodObject>(
  schema: Schema,
  { parameters, form }: HubRequest,
): z.output<Schema> => {
  const result = schema.safeParse(parameters)
  if (result.success) return result.data
  const known = Object.keys(schema.shape)
  const mistakes = result.error.issues.flatMap((issue) =>
    form === undefined
      ? formatIssue(issue, { parameters }, known, ['parameters'])
      : formatIssue(issue, parameters, known),
  )
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `${mistakes.slice(0, 5).join('; ')}. This task knows ${known.join(', ') || 'no parameters'}`,
  )
}

/** A choice that Python reads in upper or lower case. */
export const anyCase = <const Names extends readonly string[]>(names: Names) =>
  z.preprocess((value) => (typeof value === 'string' ? value.toLowerCase() : value), z.enum(names))

/** How texts are cut, as a tokenizer of transformers is told. Without it they are cut to what the model takes. */
export const CUTTING = {
  truncation: z
    .union([z.boolean(), z.enum(['longest_first', 'only_first', 'only_second', 'do_not_truncate'])], {
      error: 'true, false, longest_first, only_first, only_second or do_not_truncate',
    })
    .nullable()
    .optional(),
  max_length: z.int().min(1).max(1_000_000).nullable().optional(),
}

export const cutOf = ({ truncation, max_length }: z.output<z.ZodObject<typeof CUTTING>>): Cut => {
  if (truncation === false || truncation === 'do_not_truncate') return { refuse: true }
  return {
    ...(typeof max_length === 'number' && { maxTokens: max_length, isAsked: true }),
    ...(typeof truncation === 'string' && { strategy: truncation }),
  }
}
