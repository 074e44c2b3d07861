/** Members of SageMaker's requests, held against the SDK's own schema: it leaves out what it does not know without a word. */

import { CreateEndpointConfigInput$, CreateModelInput$, ProductionVariant$ } from '@aws-sdk/client-sagemaker'
import { NormalizedSchema } from '@smithy/core/schema'
import { nearest } from './nearest.ts'

/** The parts of `aws`, and what each is merged into. */
export const REQUESTS = {
  model: CreateModelInput$,
  config: CreateEndpointConfigInput$,
  variant: ProductionVariant$,
}

export type Wrong = { path: (string | number)[]; text: string }

/** What the SDK would leave out, or send as AWS cannot read it. Bounds are for AWS to check. */
export const wrongMembers = (request: keyof typeof REQUESTS, members: object): Wrong[] =>
  wrongIn(NormalizedSchema.of(REQUESTS[request]), members, [])

const wrongIn = (schema: NormalizedSchema, value: unknown, path: (string | number)[]): Wrong[] => {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  const notA = (what: string): Wrong[] => [
    { path, text: `${what}, and it is ${JSON.stringify(value).slice(0, 100)}` },
  ]
  if (schema.isStructSchema()) {
    if (!isRecord) return notA('a group of members')
    const known = new Map(schema.structIterator())
    return Object.entries(value).flatMap(([name, inner]) => {
      const member = known.get(name)
      return member === undefined
        ? [{ path: [...path, name], text: unknown(name, [...known.keys()]) }]
        : wrongIn(member, inner, [...path, name])
    })
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return notA('a list')
    return value.flatMap((each, at) => wrongIn(schema.getValueSchema(), each, [...path, at]))
  }
  if (schema.isMapSchema()) {
    if (!isRecord) return notA('a group of names and values')
    return Object.entries(value).flatMap(([name, each]) =>
      wrongIn(schema.getValueSchema(), each, [...path, name]),
    )
  }
  if (schema.isStringSchema()) return typeof value === 'string' ? [] : notA('text')
  if (schema.isNumericSchema()) return typeof value === 'number' ? [] : notA('a number')
  if (schema.isBooleanSchema()) return typeof value === 'boolean' ? [] : notA('true or false')
  return []
}

const unknown = (name: string, known: readonly string[]): string => {
  const meant = nearest(name, known)
  return meant === undefined
    ? `the installed @aws-sdk/client-sagemaker knows no ${name} and would not send it; correct it, or update the package`
    : `unknown member; did you mean ${meant}?`
}
