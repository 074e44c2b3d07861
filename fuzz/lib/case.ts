/** One case of the fuzzer: what goes over a connection, and what may come back. */

import { deflateSync, gzipSync } from 'node:zlib'
import { acceptOf, type Expected } from './answer.ts'
import { type ValidBody, validBody } from './body.ts'
import { headerMutation } from './headers.ts'
import { httpCase } from './http-case.ts'
import { mutateBody } from './mutate.ts'
import { type Random, randomOf } from './random.ts'
import { SUBJECTS, type Subject } from './subjects.ts'
import { type HeaderLine, writeRequest } from './write-request.ts'

/** Bytes, and how long the client waits before it sends the next. */
export type Piece = { bytes: Buffer; pauseMs: number }

export type Case = {
  seed: number
  number: number
  model: string
  /** How it was made, in a few words. */
  what: string
  pieces: readonly Piece[]
  /** Replies that must come, and the most that may. */
  replies: { least: number; most: number }
  /** The client ends its half of the connection once it has sent all. */
  ends: boolean
  /** The first reply has no body whatever its headers say, as that to HEAD. */
  bodiless: boolean
  /** Others may use the connection before and after it. */
  reusable: boolean
  /** The first reply must be 200. */
  mustSucceed: boolean
  /** What the first reply's body must be. */
  expected?: Expected
}

/** A body with the headers that belong to it. */
export type ValidRequest = { body: ValidBody; headers: HeaderLine[]; bytes: Buffer; expected?: Expected }

/** Text as CSV may begin with what looks like a byte order mark, and cannot be an NPY array: both are left out. */
const acceptFor = (subject: Subject, random: Random): ReturnType<typeof acceptOf> => {
  const [accept, writer] = acceptOf(random)
  const asText = subject.inputs.some(({ type }) => type === 'string')
  return writer === 'npy' && (asText || !subject.identity) ? [undefined, 'json'] : [accept, writer]
}

const CODINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = { gzip: gzipSync, deflate: deflateSync }

export const validRequest = (subject: Subject, random: Random): ValidRequest => {
  const body = validBody(subject, random)
  const [accept, writer] = acceptFor(subject, random)
  const [tensor] = body.tensors.values()
  const coding = random.chance(0.05) ? random.pick(Object.keys(CODINGS)) : undefined
  const charset = random.chance(0.1) && ['json', 'lines', 'csv'].includes(body.kind) ? '; charset=utf-8' : ''
  return {
    body,
    bytes: CODINGS[coding ?? '']?.(body.bytes) ?? body.bytes,
    headers: [
      ['Content-Type', body.contentType + charset],
      ...(accept === undefined ? [] : [['Accept', accept] as HeaderLine]),
      ...(coding === undefined ? [] : [['Content-Encoding', coding] as HeaderLine]),
    ],
    ...(subject.identity && tensor && { expected: { writer, form: body.form, tensor } }),
  }
}

type Made = Omit<Case, 'seed' | 'number' | 'model'>

const ONE = { least: 1, most: 1 }

const plain = (what: string, bytes: Buffer): Made => ({
  what,
  pieces: [{ bytes, pauseMs: 0 }],
  replies: ONE,
  ends: false,
  bodiless: false,
  reusable: true,
  mustSucceed: false,
})

const valid = (subject: Subject, random: Random): Made => {
  const { body, headers, bytes, expected } = validRequest(subject, random)
  return {
    ...plain(`valid ${body.kind}`, writeRequest(headers, bytes, random)),
    mustSucceed: true,
    ...(expected && { expected }),
  }
}

const badBody = (subject: Subject, random: Random): Made => {
  const { body, headers } = validRequest(subject, random)
  const bytes = mutateBody(body, random)
  return plain(`mutated ${body.kind}`, writeRequest(headers, bytes, random))
}

const badHeaders = (subject: Subject, random: Random): Made => {
  const { body, headers, bytes } = validRequest(subject, random)
  const changed = random.chance(0.3) ? mutateBody(body, random) : bytes
  return plain(`headers of ${body.kind}`, writeRequest(headerMutation(headers, random), changed, random))
}

const makeOne = (subject: Subject, random: Random): Made => {
  const kind = random.below(100)
  if (kind < 30) return valid(subject, random)
  if (kind < 85) return badBody(subject, random)
  if (kind < 93) return badHeaders(subject, random)
  return {
    ...plain('', Buffer.alloc(0)),
    reusable: false,
    ...httpCase(validRequest(subject, random), random),
  }
}

export const subjectOf = (number: number): Subject => SUBJECTS[number % SUBJECTS.length] as Subject

/** The case of a seed with a number, always the same. Numbers go round the models. */
export const makeCase = (seed: number, number: number): Case => {
  const subject = subjectOf(number)
  const made = makeOne(subject, randomOf(seed, number))
  // A negative number makes this model refuse the request, however valid it is.
  const mustSucceed = made.mustSucceed && subject.name !== 'fails-on-negative'
  return { seed, number, model: subject.name, ...made, mustSucceed }
}
