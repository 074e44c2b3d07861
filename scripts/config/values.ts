/** Values that many keys of endpoint.yaml have. */

import { z } from 'zod'
import { DURATION, formatDuration, parseDuration } from './units.ts'

export const matching = (pattern: RegExp, expected: string) =>
  z
    .string({ error: expected })
    .refine((text) => pattern.test(text), { error: expected })
    .meta({ pattern: pattern.source })

/** Seconds, from 5m or 300s. */
export const duration = (minSeconds: number, maxSeconds: number) => {
  const expected = `a duration from ${formatDuration(minSeconds)} to ${formatDuration(maxSeconds)}, such as "5m"`
  return z
    .string({ error: expected })
    .refine(
      (text) => {
        const ms = parseDuration(text)
        return ms !== undefined && ms % 1000 === 0 && ms >= minSeconds * 1000 && ms <= maxSeconds * 1000
      },
      { error: expected },
    )
    .meta({ pattern: DURATION.source })
    .transform((text) => (parseDuration(text) ?? 0) / 1000)
}

export const integer = (min: number, max: number, unit = '') => {
  const expected = `a whole number${unit} from ${min} to ${max}`
  return z.int({ error: expected }).min(min, { error: expected }).max(max, { error: expected })
}

/** Plain values, which YAML takes for numbers or booleans, are text to AWS. */
export const plain = z
  .union([z.string(), z.int(), z.boolean()], { error: 'text; put it in quotes' })
  .transform(String)

export const text = z.string({ error: 'text' }).min(1)

/** API reference, ProductionVariant. */
export const variantName = matching(
  /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/,
  'at most 63 letters, digits and hyphens, with a letter or digit first and last',
)

export const BUCKET = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]'

/** Where SageMaker puts things: DestinationS3Uri, of which a line break is no part. */
export const s3Location = matching(
  new RegExp(`^(?=.{0,512}$)s3://${BUCKET}(/.*)?$`),
  'an address such as "s3://bucket/folder", of at most 512 characters',
)
