/**
 * What in an exchange is a fault of the server's. The rules:
 *
 * - A reply is well-formed HTTP/1.1; an error is `{code, message, requestId}` below 1 KB, with a code of src/errors.ts and
 *   that code's status; a 503 says when to try again. Whatever was sent in whole gets a reply.
 * - No 5xx. The fuzzer sends at most eight small requests at once to models that do not make more of them than they were
 *   sent, so that none of the table's 5xx is declared for it: nothing is too large an answer, nothing overloads the server,
 *   the workers serve, and what the model cannot take is the client's mistake.
 * - A valid request is answered with 200, and by a model that gives back its input with that input.
 */

import { ERRORS } from '../../src/errors.ts'
import { wrongIn } from './answer.ts'
import type { Case } from './case.ts'
import type { Exchange } from './client.ts'
import type { Reply } from './read-replies.ts'

export const KINDS = [
  'undeclared 5xx',
  'slower than 2 s',
  'worker exits',
  'malformed errors',
  'wrong answers',
] as const

export type FaultKind = (typeof KINDS)[number]

export type Fault = { kind: FaultKind; what: string }

export const SLOW_MS = 2000

const MAX_ERROR_BYTES = 1024

const malformed = (what: string): Fault => ({ kind: 'malformed errors', what })

/** Of an error; at / as clients of the hub's Inference API look for them. */
const MEMBERS = ['code,message,requestId', 'code,error,requestId']

/** What is wrong with the body of an error; undefined if nothing is. */
const wrongError = ({ status, headers, body }: Reply): string | undefined => {
  if (body.length >= MAX_ERROR_BYTES) return `${body.length} bytes`
  if (!/^application\/json\b/.test(headers.get('content-type') ?? ''))
    return `the type ${headers.get('content-type')}`
  let error: Record<string, unknown>
  try {
    error = JSON.parse(body.toString())
  } catch {
    return `no JSON: ${body.toString('latin1', 0, 200)}`
  }
  const keys = Object.keys(error).sort().join()
  if (!MEMBERS.includes(keys)) return `the keys ${keys}`
  if (Object.values(error).some((value) => typeof value !== 'string' || value === ''))
    return 'a member that is no text'
  const row = Object.entries(ERRORS).find(([code]) => code === error.code)?.[1]
  if (row === undefined) return `the code ${error.code}, which is not in the table`
  if (row.status !== status) return `${error.code}, whose status is ${row.status}`
  if (status === 503 && !headers.has('retry-after')) return 'no Retry-After'
  return undefined
}

export const codeOf = ({ body }: Reply): string =>
  /"code":"(\w+)"/.exec(body.toString('latin1', 0, 1024))?.[1] ?? ''

const faultsOfReply = (reply: Reply, bodiless: boolean): Fault[] => {
  const { status } = reply
  if (status === 200) return []
  if (status < 400 || status > 599) return [malformed(`the status ${status}`)]
  const wrong = bodiless ? undefined : wrongError(reply)
  const faults = wrong === undefined ? [] : [malformed(`${status} with ${wrong}`)]
  if (status < 500) return faults
  const text = reply.body.toString('latin1', 0, 300)
  return [...faults, { kind: 'undeclared 5xx', what: `${status} ${text}` }]
}

const faultsOfAnswer = ({ mustSucceed, expected }: Case, replies: readonly Reply[]): Fault[] => {
  const [first] = replies
  if (!mustSucceed || first === undefined) return []
  const bad = replies.find(({ status }) => status !== 200)
  if (first.status !== 200 || (bad !== undefined && bad !== replies.at(-1))) {
    if (first.status >= 500) return []
    return [
      {
        kind: 'wrong answers',
        what: `a valid request got ${first.status} ${first.body.toString('utf8', 0, 300)}`,
      },
    ]
  }
  const wrong = expected && wrongIn(expected, first.headers.get('content-type') ?? '', first.body)
  return wrong === undefined
    ? []
    : [{ kind: 'wrong answers', what: `${wrong}: ${first.body.toString('utf8', 0, 200)}` }]
}

export const judge = (
  sent: Case,
  { replies, rest, fault, milliseconds, timedOut, error }: Exchange,
): Fault[] => {
  const faults = replies.flatMap((reply, index) => faultsOfReply(reply, sent.bodiless && index === 0))
  if (fault !== undefined) faults.push(malformed(fault))
  else if (timedOut)
    faults.push({ kind: 'slower than 2 s', what: `no end after ${Math.round(milliseconds)} ms` })
  else if (replies.length < sent.replies.least)
    faults.push(
      malformed(`${replies.length} replies instead of ${sent.replies.least}${error ? `, ${error}` : ''}`),
    )
  else if (replies.length > sent.replies.most) faults.push(malformed(`${replies.length} replies`))
  else if (rest > 0) faults.push(malformed(`${rest} bytes that are no whole reply`))
  if (!timedOut && milliseconds > SLOW_MS)
    faults.push({ kind: 'slower than 2 s', what: `${Math.round(milliseconds)} ms` })
  return [...faults, ...faultsOfAnswer(sent, replies)]
}
