/**
 * Writes src/models/ from the models that AWS publishes with botocore: of each action that the rehearsal has, the shapes of its
 * input and output with all constraints, and TypeScript's types of them.
 *
 *     PYTHON=… npm run generate -w sagemaker-rehearsal     Python with botocore; `--check` only compares
 */

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { ACTIONS } from './actions.ts'

type Member = { shape: string; location?: string; locationName?: string }

type BotocoreShape = {
  type: string
  members?: Record<string, Member>
  required?: string[]
  member?: Member
  key?: Member
  value?: Member
  min?: number
  max?: number
  pattern?: string
  enum?: string[]
  sensitive?: boolean
}

type Operation = {
  input?: { shape: string }
  output?: { shape: string }
  http: { method: string; requestUri: string; responseCode?: number }
}

type Botocore = {
  metadata: { apiVersion: string; protocol: string }
  operations: Record<string, Operation>
  shapes: Record<string, BotocoreShape>
}

const FOLDER = fileURLToPath(new URL('../src/models/', import.meta.url))

const [version = '', data = ''] = execFileSync(
  process.env.PYTHON || 'python3',
  ['-c', 'import botocore; print(botocore.__version__); print(botocore.__path__[0] + "/data")'],
  { encoding: 'utf8' },
).split('\n')

const load = (service: string): Botocore => {
  const folder = join(data, service)
  const newest = readdirSync(folder).sort().at(-1) ?? ''
  return JSON.parse(gunzipSync(readFileSync(join(folder, newest, 'service-2.json.gz'))).toString())
}

const membersOf = ({ members = {}, member, key, value }: BotocoreShape): Member[] => [
  ...Object.values(members),
  ...[member, key, value].flatMap((one) => one ?? []),
]

/** The shapes that these are made of, and they themselves. */
const closure = ({ shapes }: Botocore, names: readonly string[]): string[] => {
  const found = new Set<string>()
  const visit = (name: string): void => {
    if (found.has(name)) return
    found.add(name)
    for (const { shape } of membersOf(shapes[name] as BotocoreShape)) visit(shape)
  }
  for (const name of names) visit(name)
  return [...found].sort()
}

/** Only what bounds a value, and members by the name of their shape. */
const compact = (shape: BotocoreShape) => {
  const { type, members, required, member, key, value, min, max, pattern, sensitive } = shape
  /** Members that are sent there, with their names in that place. */
  const sentIn = (place: string) =>
    Object.entries(members ?? {}).flatMap(([name, { location, locationName }]) =>
      location === place ? [[name, locationName]] : [],
    )
  const placed = ([key, place]: readonly [string, string]) => {
    const found = sentIn(place)
    return found.length > 0 && { [key]: Object.fromEntries(found) }
  }
  return {
    type,
    ...(members !== undefined && {
      members: Object.fromEntries(Object.entries(members).map(([name, { shape }]) => [name, shape])),
    }),
    ...(required !== undefined && { required }),
    ...placed(['headers', 'header']),
    ...placed(['labels', 'uri']),
    ...placed(['query', 'querystring']),
    ...(member !== undefined && { member: member.shape }),
    ...(key !== undefined && { key: key.shape }),
    ...(value !== undefined && { value: value.shape }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(pattern !== undefined && { pattern }),
    ...(shape.enum !== undefined && { enum: shape.enum }),
    ...(sensitive === true && { sensitive }),
  }
}

/** An enumeration that is longer is a string to TypeScript. */
const LONGEST_ENUM = 12

const SCALARS: Record<string, string> = {
  boolean: 'boolean',
  timestamp: 'Date',
  blob: 'string',
  integer: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
}

const isNamed = ({ type }: BotocoreShape): boolean => type === 'structure'

const typeOf = (model: Botocore, name: string): string => {
  const shape = model.shapes[name] as BotocoreShape
  if (isNamed(shape)) return name
  if (shape.type === 'list') return `Array<${typeOf(model, shape.member?.shape ?? '')}>`
  if (shape.type === 'map') return `Record<string, ${typeOf(model, shape.value?.shape ?? '')}>`
  if (shape.enum !== undefined && shape.enum.length <= LONGEST_ENUM)
    return shape.enum.map((value) => `'${value}'`).join(' | ')
  return SCALARS[shape.type] ?? 'string'
}

const declaration = (model: Botocore, name: string): string => {
  const { members = {}, required = [] } = model.shapes[name] as BotocoreShape
  const fields = Object.entries(members).map(([member, { shape }]) =>
    required.includes(member)
      ? `  ${member}: ${typeOf(model, shape)}`
      : `  ${member}?: ${typeOf(model, shape)} | undefined`,
  )
  return `export type ${name} = {\n${fields.join('\n')}\n}\n`.replace('{\n\n}', '{}')
}

const textOf = (service: string, actions: readonly string[]): string => {
  const model = load(service)
  const operations = actions.map((name) => ({ name, ...(model.operations[name] as Operation) }))
  const isRest = model.metadata.protocol === 'rest-json'
  const shapes = closure(
    model,
    operations.flatMap(({ input, output }) => [input, output].flatMap((one) => one?.shape ?? [])),
  )
  const types = shapes.filter((name) => isNamed(model.shapes[name] as BotocoreShape))
  const actionType = operations.map(
    ({ name, input, output }) =>
      `  ${name}: { input: ${input?.shape ?? '{}'}; output: ${output?.shape ?? 'unknown'} }\n`,
  )
  return [
    `/** ${service} ${model.metadata.apiVersion}, written by scripts/generate-models.ts from botocore ${version}. */\n`,
    "import type { Model } from '../model.ts'\n",
    ...types.map((name) => declaration(model, name)),
    `export type Actions = {\n${actionType.join('')}}\n`,
    'export const MODEL: Model = {',
    '  actions: {',
    ...operations.map(
      ({ name, input, output, http }) =>
        `    ${name}: ${JSON.stringify({
          ...(input && { input: input.shape }),
          ...(output && { output: output.shape }),
          ...(isRest && { method: http.method, uri: http.requestUri, status: http.responseCode ?? 200 }),
        })},`,
    ),
    '  },',
    '  shapes: {',
    ...shapes.map((name) => `    ${name}: ${JSON.stringify(compact(model.shapes[name] as BotocoreShape))},`),
    '  },',
    '}\n',
  ].join('\n')
}

const stale: string[] = []
for (const [service, actions] of Object.entries(ACTIONS)) {
  const file = join(FOLDER, `${service}.ts`)
  const text = textOf(service, actions)
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) stale.push(service)
}
if (stale.length > 0) {
  process.stderr.write(
    `botocore ${version} differs from src/models/ in ${stale.join(', ')}: run npm run generate\n`,
  )
  process.exitCode = 1
}
