/** Reads endpoint.yaml. All mistakes are reported at once, each with its line, its key, what is expected and what was found. */

import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import type { z } from 'zod'
import { formatIssue, formatPath } from '../../src/model/config-issue.ts'
import { CommandError, EXIT } from '../cli/command.ts'
import { type Complete, complete, type Identity } from './complete.ts'
import { completeLambda } from './complete-lambda.ts'
import { type AnyDeployment, type Deployment, isLambda } from './deployment.ts'
import type { Finding } from './given.ts'
import { LAMBDA_MISTAKES, LAMBDA_WARNINGS, lambdaGiven } from './lambda-rules.ts'
import { nearest } from './nearest.ts'
import { checkRules, distinct } from './rules.ts'
import { ENDPOINT_KEYS, type EndpointFile, endpointSchema, type Settings } from './schema.ts'
import { readUserList } from './user-list.ts'

/** Well above any configuration; anything larger is another kind of file. */
const MAX_BYTES = 1024 * 1024

/** How often YAML aliases may be resolved: a few are handy, many are a bomb. */
const MAX_ALIASES = 100

/**
 * The deployment that `file` describes, and what is allowed there but hardly meant. `environment` may be left out where the
 * file has none or one. Throws CommandError (exit code `usage`) with all mistakes.
 */
export const loadAny = (
  file: string,
  environment?: string,
): { deployment: AnyDeployment; warnings: string[] } => {
  const { raw, lineOf } = parse(file)
  const fail = (mistakes: readonly Mistake[]) => notValid(file, mistakes, lineOf)

  const checked = endpointSchema.safeParse(raw)
  if (!checked.success) throw fail(checked.error.issues.flatMap((issue) => schemaMistakes(issue, raw)))

  const chosen = chooseEnvironment(checked.data, environment, file)
  const settings = settingsOf(checked.data, chosen)
  const { role, model } = settings
  if (role === undefined || model === undefined) {
    throw fail(
      Object.entries(REQUIRED).flatMap(([key, text]) => (key in settings ? [] : [{ path: [], text }])),
    )
  }
  const force = settings.sticky?.force
  const users = typeof force === 'string' ? readForced(resolve(dirname(file), force), fail) : {}
  const { deployment, mistakes, warnings } = completed(
    { ...settings, role, model },
    { name: checked.data.name, file, users, ...(chosen !== undefined && { environment: chosen }) },
  )
  const placed = ({ path, text }: Finding): Mistake => {
    const real = realPath(path, checked.data, chosen)
    return { path: real, text: `${formatPath(real)}: ${text}` }
  }
  if (mistakes.length > 0) throw fail(mistakes.map(placed))
  return {
    deployment,
    warnings: warnings
      .map(placed)
      .map(({ path, text }) => `${basename(file)}, ${lineText(lineOf(path))}${text}`),
  }
}

/** The same for what only SageMaker can. */
export const loadDeployment = (
  file: string,
  environment?: string,
): { deployment: Deployment; warnings: string[] } => {
  const { deployment, warnings } = loadAny(file, environment)
  if (!isLambda(deployment)) return { deployment, warnings }
  throw new CommandError(`${file} has target: lambda, and this command is for SageMaker`, {
    exitCode: EXIT.usage,
    fix: 'docs/lambda.md says which commands there are for a function',
  })
}

type Completed = { deployment: AnyDeployment; mistakes: Finding[]; warnings: Finding[] }

const completed = (settings: Complete, identity: Identity): Completed => {
  if (settings.target !== 'lambda') {
    const deployment = complete(settings, identity)
    return { deployment, ...checkRules(deployment, settings) }
  }
  const deployment = completeLambda(settings, identity)
  const given = lambdaGiven(deployment, settings)
  return {
    deployment,
    mistakes: distinct(LAMBDA_MISTAKES, given),
    warnings: distinct(LAMBDA_WARNINGS, given),
  }
}

const readForced = (list: string, fail: (mistakes: readonly Mistake[]) => CommandError) => {
  try {
    return readUserList(list)
  } catch (error) {
    throw fail([{ path: ['sticky', 'force'], text: `sticky.force: ${(error as Error).message}` }])
  }
}

type Path = readonly PropertyKey[]

/** `text` is the whole message but for the line. */
type Mistake = { path: Path; text: string }

/** The line of a key, or of what is nearest above it; undefined where even that is not written. */
type LineOf = (path: Path) => number | undefined

/** They may stand in the file or in each environment, which the schema cannot say. */
const REQUIRED = {
  model: 'model: expected a folder or an archive in S3, found nothing',
  role: 'role: expected the ARN of the execution role, found nothing',
}

const lineText = (line: number | undefined): string => (line === undefined ? '' : `line ${line}: `)

const notValid = (file: string, mistakes: readonly Mistake[], lineOf: LineOf): CommandError => {
  const lines = mistakes
    .map(({ path, text }) => ({ line: lineOf(path), text }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ line, text }) => `\n  ${lineText(line)}${text}`)
  return new CommandError(`${file} is not valid:${lines.join('')}`, { exitCode: EXIT.usage })
}

const schemaMistakes = (issue: z.core.$ZodIssue, raw: unknown): Mistake[] => {
  const keys = keysAround(issue.path)
  if (issue.code !== 'unrecognized_keys') {
    return formatIssue(issue, raw, keys).map((text) => ({ path: issue.path, text }))
  }
  return issue.keys.flatMap((key) =>
    formatIssue({ ...issue, keys: [key] }, raw, keys).map((text) => ({ path: [...issue.path, key], text })),
  )
}

const parse = (file: string): { raw: unknown; lineOf: LineOf } => {
  const text = read(file)
  const lines = new LineCounter()
  const lineAt = (offset: number): number => lines.linePos(offset).line
  const fail = (problems: readonly string[]) =>
    new CommandError(`${file} is not valid YAML:${problems.map((problem) => `\n  ${problem}`).join('')}`, {
      exitCode: EXIT.usage,
    })
  const document = parseDocument(text, { logLevel: 'error', prettyErrors: false, lineCounter: lines })
  if (document.errors.length > 0) {
    throw fail(document.errors.map(({ pos, message }) => `${lineText(lineAt(pos[0]))}${message}`))
  }
  const lineOf: LineOf = (path) => {
    const offset = offsetOf(document.contents, path)
    return offset === undefined ? undefined : lineAt(offset)
  }
  try {
    return { raw: document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}, lineOf }
  } catch (error) {
    throw fail([(error as Error).message])
  }
}

/** Where the key of a path begins, or of what is nearest above it. */
const offsetOf = (root: unknown, path: Path): number | undefined => {
  let node = root as Node | null
  let offset: number | undefined
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      if (pair === undefined) return offset
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else {
      const items = (node as { items?: Node[] } | null)?.items
      node = items?.[Number(part)] ?? null
      if (node === null) return offset
      offset = node.range?.[0] ?? offset
    }
  }
  return offset
}

const read = (file: string): string => {
  const refuse = (message: string, fix?: string) =>
    new CommandError(message, { exitCode: EXIT.usage, ...(fix !== undefined && { fix }) })
  try {
    const { size } = statSync(file)
    if (size > MAX_BYTES) throw refuse(`${file} has ${size} bytes; a configuration has at most ${MAX_BYTES}`)
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') {
      throw refuse(
        `there is no file ${file}`,
        'name it with --file, or write one: name, model and role are enough',
      )
    }
    if (error instanceof CommandError) throw error
    throw refuse(`${file} cannot be read (${code})`)
  }
}

const chooseEnvironment = (
  { environments }: EndpointFile,
  asked: string | undefined,
  file: string,
): string | undefined => {
  const names = Object.keys(environments ?? {})
  const refuse = (message: string, fix: string) => new CommandError(message, { exitCode: EXIT.usage, fix })
  if (names.length === 0) {
    if (asked === undefined) return undefined
    throw refuse(`${file} has no environments, so there is no "${asked}"`, 'leave --environment out')
  }
  if (asked === undefined) {
    if (names.length === 1) return names[0]
    throw refuse(`${file} has several environments: ${names.join(', ')}`, 'name one with --environment')
  }
  if (names.includes(asked)) return asked
  const meant = nearest(asked, names)
  throw refuse(
    `${file} has no environment "${asked}", but ${names.join(', ')}`,
    meant === undefined ? 'name one of those' : `did you mean ${meant}?`,
  )
}

/** A key of the environment replaces the same key of the file as a whole. */
const settingsOf = (
  { name: _, environments, ...common }: EndpointFile,
  environment: string | undefined,
): Settings => ({ ...common, ...(environment !== undefined && environments?.[environment]) })

/** Where a key of the merged settings is written. */
const realPath = (path: Path, { environments }: EndpointFile, environment: string | undefined): Path => {
  const own = environment === undefined ? undefined : environments?.[environment]
  const [key] = path
  return environment !== undefined && own != null && key !== undefined && key in own
    ? ['environments', environment, ...path]
    : path
}

/** Valid paths, for suggestions: inside an environment with its name before them. */
const keysAround = ([first, environment]: Path): readonly string[] =>
  first === 'environments' && environment !== undefined
    ? ENDPOINT_KEYS.map((key) => `environments.${String(environment)}.${key}`)
    : ENDPOINT_KEYS
