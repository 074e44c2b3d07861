/** What is published of the schema: for editors, and as a table for people. */

import { z } from 'zod'
import { endpointSchema } from './schema.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** A key that means the same elsewhere is written once, at the top, and is a reference there. */
const jsonSchema = (): JsonSchema => {
  const schema = z.toJSONSchema(endpointSchema, { io: 'input' })
  const top = Object.entries(schema.properties ?? {})
  const references = new Map(
    top.map(([key, value]) => [JSON.stringify(value), { $ref: `#/properties/${key}` }]),
  )
  const isTop = new Set<unknown>(top.map(([, value]) => value))
  const short = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !isTop.has(value)
      ? (references.get(JSON.stringify(value)) ?? value)
      : value
  return JSON.parse(JSON.stringify({ title: 'endpoint.yaml', ...schema }, short))
}

/** The content of docs/endpoint.schema.json. */
export const publishedSchema = (): string => `${JSON.stringify(jsonSchema(), undefined, 2)}\n`

/** The table in docs/endpoint-yaml.md: a line for each key. */
export const keyTable = (): string =>
  [
    '| Key | Value |',
    '|---|---|',
    ...rows(jsonSchema(), '').map(([key, text]) => `| \`${key}\` | ${text} |`),
  ].join('\n')

const rows = (schema: JsonSchema, above: string): [string, string][] => {
  const found = new Map<string, string>()
  for (const alternative of alternatives(schema)) {
    for (const [key, value] of Object.entries(alternative.properties ?? {})) {
      if (typeof value !== 'object') continue
      const reference = value.$ref?.replace('#/properties/', '')
      found.set(above + key, value.description ?? `As \`${reference}\`. Default: that one.`)
      for (const [path, below] of rows(value, `${above}${key}.`)) found.set(path, below)
    }
  }
  return [...found]
}

/** The schema, those of a list's entries, and what each may be of several. */
const alternatives = (schema: JsonSchema): JsonSchema[] => {
  const { items } = schema
  const entries = typeof items === 'object' && !Array.isArray(items) ? alternatives(items as JsonSchema) : []
  return [schema, ...((schema.anyOf ?? []) as JsonSchema[]), ...entries]
}
