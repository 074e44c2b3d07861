/** The group `sticky` of endpoint.yaml: who sees which variant, for the proxy. */

import { z } from 'zod'
import { formatDuration } from './units.ts'
import { duration, matching, s3Location, text, variantName } from './values.ts'

/** RFC 9110 and RFC 6265: names of headers and of cookies are tokens. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
const header = () => matching(TOKEN, 'the name of a header')

/** RFC 6265bis: browsers keep no cookie for longer. */
const MOST_SECONDS = 400 * 24 * 3600

const userFrom = z.union(
  [
    header(),
    z.strictObject({
      cookie: matching(TOKEN, 'the name of a cookie').describe(
        'In place of a header, the cookie of this name.',
      ),
      maxAge: duration(60, MOST_SECONDS)
        .optional()
        .describe(
          'Who has no such cookie gets one with a random id, for this long. 1m to 9600h. Default: the proxy sets none.',
        ),
    }),
  ],
  { error: 'the name of a header, or {cookie: NAME}' },
)

/** ISO 3166-1 alpha-2; Cloudflare also says T1 (Tor) and XX (unknown). */
const country = () => matching(/^[A-Z][A-Z0-9]$/, 'the two capital letters of a country, such as "NL"')

const countries = z.strictObject({
  from: header().describe(
    'The header that says the country in two letters, such as `CloudFront-Viewer-Country` or `CF-IPCountry`.',
  ),
  force: z
    .record(country(), variantName)
    .optional()
    .describe('Countries whose users get a variant whatever the weights.'),
  only: z
    .strictObject({
      countries: z.array(country()).min(1).describe('Countries whose users take part in the experiment.'),
      others: variantName.describe('The variant that all others see.'),
    })
    .optional()
    .describe('Who takes part, where that is not everyone.'),
})

export const sticky = z.strictObject({
  salt: text.describe('Name of the experiment: another one deals the users anew.'),
  userFrom: userFrom.describe('The request header that names the user, or a cookie.'),
  force: z
    .union([z.record(text, variantName), text], { error: 'users with their variants, or a file of them' })
    .optional()
    .describe(
      'Users by id who get a variant whatever the weights; or a file of such lines, `USER: VARIANT`, relative to this one.',
    ),
  country: countries.optional().describe('What the country of a request decides. `force` comes before it.'),
  exposures: s3Location
    .optional()
    .describe('Where the proxy puts who saw what, `s3://…`. Default: its log alone.'),
})

type Given = z.output<typeof sticky>

/** With every default filled in, and the users of a file in it. */
export type Sticky = {
  salt: string
  userFrom: Given['userFrom']
  force: Record<string, string>
  country?: {
    from: string
    force: Record<string, string>
    only?: { countries: string[]; others: string } | undefined
  }
  exposures?: string
}

/** @param users those of the file that `force` names, if it does */
export const completeSticky = (
  { salt, userFrom, force, country, exposures }: Given,
  users: Record<string, string> = {},
): Sticky => ({
  salt,
  userFrom,
  force: typeof force === 'object' ? force : users,
  ...(country && { country: { ...country, force: country.force ?? {} } }),
  ...(exposures !== undefined && { exposures }),
})

/** As the file has it, in one line: for an environment variable. */
export const stickyText = ({ userFrom, ...others }: Sticky): string =>
  JSON.stringify({
    ...others,
    userFrom:
      typeof userFrom === 'string' || userFrom.maxAge === undefined
        ? userFrom
        : { ...userFrom, maxAge: formatDuration(userFrom.maxAge) },
  })

export const defaultSticky = (endpoint: string): Sticky => ({
  salt: endpoint,
  userFrom: 'x-user-id',
  force: {},
})

/** Every variant that is named, and the keys below `sticky` that name it. */
export const namedVariants = ({ force, country }: Sticky): { path: string[]; variant: string }[] => [
  ...Object.entries(force).map(([user, variant]) => ({ path: ['force', user], variant })),
  ...Object.entries(country?.force ?? {}).map(([code, variant]) => ({
    path: ['country', 'force', code],
    variant,
  })),
  ...(country?.only ? [{ path: ['country', 'only', 'others'], variant: country.only.others }] : []),
]
