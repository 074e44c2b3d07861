/**
 * Makes the schemas beside this file out of CustomResourceDefinitions as their projects publish them:
 *
 *   node --import tsx test/kubernetes/crds/strip.ts FILE.yaml…
 *
 * Descriptions, defaults and rules in CEL are left out, and what a schema does not name is forbidden, so that a key that
 * is spelt wrong is found. Of each definition the versions that are served are written, each in a file GROUP_KIND_VERSION.json.
 * README.md says where the definitions came from.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'

type Schema = { [key: string]: unknown }

const LEFT_OUT = new Set(['description', 'default', 'format', 'example'])

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const eachOf = (schemas: unknown): Schema =>
  Object.fromEntries(Object.entries(schemas as Schema).map(([name, schema]) => [name, strict(schema)]))

/** Without what does not decide, and closed to members that it does not name. Members may be called as keywords are. */
const strict = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strict)
  if (!isObject(schema)) return schema
  const kept: Schema = {}
  for (const [key, value] of Object.entries(schema)) {
    if (LEFT_OUT.has(key) || key.startsWith('x-kubernetes-')) continue
    if (key === 'properties') kept[key] = eachOf(value)
    else if (key === 'enum') kept[key] = value
    else kept[key] = strict(value)
  }
  const open = schema['x-kubernetes-preserve-unknown-fields'] || schema.additionalProperties !== undefined
  if (schema.properties !== undefined && !open) kept.additionalProperties = false
  return kept
}

/** An InferenceService repeats the schema of a pod for each framework that there ever was; only `model` is used here. */
const withoutFrameworks = (schema: unknown): unknown => {
  const spec = (schema as { properties: { spec: { properties: Schema } } }).properties.spec
  const predictor = spec.properties.predictor as { properties: Schema }
  for (const [name, value] of Object.entries(predictor.properties)) {
    if (name !== 'model' && JSON.stringify(value).length > 10_000) delete predictor.properties[name]
  }
  spec.properties = { predictor }
  return schema
}

type Definition = {
  spec: {
    group: string
    names: { kind: string }
    versions: { name: string; served: boolean; schema: { openAPIV3Schema: unknown } }[]
  }
}

for (const file of process.argv.slice(2)) {
  const { spec } = parse(readFileSync(file, 'utf8')) as Definition
  for (const { name, served, schema } of spec.versions) {
    if (!served) continue
    const path = new URL(`${spec.group}_${spec.names.kind}_${name}.json`, import.meta.url)
    const stripped = strict(schema.openAPIV3Schema)
    const kept = spec.names.kind === 'InferenceService' ? withoutFrameworks(stripped) : stripped
    writeFileSync(path, `${JSON.stringify(kept)}\n`)
    process.stdout.write(`${path.pathname}\n`)
  }
}
