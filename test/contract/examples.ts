/**
 * The examples that people may have made: folders with a script that called a real exporter, the model that it left, and
 * requests with the answers that the Python library gave. Served in this process as a worker would, since a server's start
 * costs more than most of them.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ERRORS } from '../../src/errors.ts'
import type { Reply } from '../../src/protocol/request.ts'
import { inspect } from '../../src/worker/inspect.ts'
import { LazyAbortController } from '../../src/worker/lazy-abort.ts'
import { Models } from '../../src/worker/models.ts'
import { type Replies, readBatch, runBatch } from '../../src/worker/pipeline.ts'
import { ROOT } from '../fixtures/index.ts'

type Asked = {
  name: string
  headers: Record<string, string>
  body: string | { file: string } | { base64: string }
  status: number
  /** The reply as JSON has it; of an error its code, and a part of its message if that matters. */
  answer: unknown
  tolerance?: number
}

export type Example = { name: string; folder: string; model: string; requests: Asked[] }

export type Answer = { status: number; contentType: string; body: Uint8Array }

/** Where the CI stage has put models and answers that were made just now. */
export const EXAMPLES = process.env.EXAMPLES ?? `${ROOT}examples`

/** Folders with requests, in the order of their names. */
export const exampleNames = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'requests.json')))
    .sort()

/** @param models where its model is, if not beside its requests */
export const readExample = (name: string, models = EXAMPLES): Example => {
  const folder = join(EXAMPLES, name)
  const { requests } = JSON.parse(readFileSync(join(folder, 'requests.json'), 'utf8'))
  return { name, folder, model: join(models, name, 'model'), requests }
}

export const bodyOf = ({ folder }: Example, { body }: Asked): Uint8Array => {
  if (typeof body === 'string') return Buffer.from(body)
  return 'file' in body ? readFileSync(join(folder, body.file)) : Buffer.from(body.base64, 'base64')
}

const bytesOf = (body: Uint8Array | string | Uint8Array[]): Uint8Array =>
  Buffer.concat((Array.isArray(body) ? body : [body]).map((part) => Buffer.from(part as string)))

const answerOf = (reply: Reply): Answer =>
  reply.ok
    ? { status: 200, contentType: reply.contentType, body: bytesOf(reply.body) }
    : {
        status: reply.status ?? ERRORS[reply.code].status,
        contentType: 'application/json',
        body: Buffer.from(JSON.stringify({ code: reply.code, message: reply.message })),
      }

/**
 * All its requests as one batch.
 * @param directory for the optimised copy
 */
export const answerInProcess = async (example: Example, directory: string): Promise<Answer[]> => {
  const check = { model: example.model, device: 'cpu', threads: 1, copy: 'mapped', run: true } as const
  let found = await inspect({ ...check, directory })
  // As the server does: what has no good copy is served without one.
  if (found.type === 'unfit') found = await inspect(check)
  if (found.type !== 'inspected') throw new Error(found.problem)
  const loaded = await new Models().load(found.name, {
    folder: found.folder,
    ...(found.file !== undefined && { optimisedFile: found.file }),
    ...(found.recipe !== undefined && { recipe: found.recipe }),
    rows: found.rows,
    device: 'cpu',
    threads: 1,
    threadsAlone: 1,
    startTimeoutMs: 60_000,
    prepareTimeoutMs: 60_000,
    defaultAccept: 'application/json',
    maxBodyBytes: 2 ** 23,
  })
  const answers: Answer[] = []
  const note = async (replies: Replies) => {
    for (const [item, reply] of replies) answers[item] = answerOf(reply)
  }
  const items = example.requests.map((asked) => ({
    request: { headers: asked.headers, body: bodyOf(example, asked) },
    abort: new LazyAbortController(),
  }))
  const { replies } = await runBatch(await readBatch(items, loaded, note), true, loaded, note)
  await note(replies)
  return answers
}

const cell = (text: string): unknown => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : text)

const lines = (text: string): string[] => text.split('\n').slice(0, -1)

/** Cells of CSV have no commas or quotes in these examples. */
const readAnswer = ({ contentType, body }: Answer): unknown => {
  const text = Buffer.from(body).toString()
  if (contentType.startsWith('application/jsonlines')) return lines(text).map((line) => JSON.parse(line))
  if (contentType.startsWith('text/csv')) return lines(text).map((line) => line.split(',').map(cell))
  return JSON.parse(text)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Where two JSON values differ; numbers may by `tolerance`, of 1 or of what is larger than 1. */
export const differences = (actual: unknown, expected: unknown, tolerance: number, path = ''): string[] => {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const isNear = Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected))
    return isNear ? [] : [`${path} is ${actual}, and in Python ${expected}`]
  }
  if (!isObject(actual) || !isObject(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    if (actual === expected) return []
    return [`${path} is ${JSON.stringify(actual)}, and in Python ${JSON.stringify(expected)}`]
  }
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)])
  return [...keys].flatMap((key) => differences(actual[key], expected[key], tolerance, `${path}/${key}`))
}

/** What is wrong with an answer; empty if it is as Python says. */
export const complaints = (asked: Asked, answer: Answer): string[] => {
  const said = `${asked.name}: ${Buffer.from(answer.body).toString().slice(0, 500)}`
  if (answer.status !== asked.status) return [`${answer.status} and not ${asked.status}, ${said}`]
  const value = readAnswer(answer)
  if (asked.status === 200)
    return differences(value, asked.answer, asked.tolerance ?? 0).map((line) => `${asked.name}: ${line}`)
  const { code, message } = value as { code: string; message: string }
  const expected = asked.answer as { code: string; message?: string }
  return code === expected.code && message.includes(expected.message ?? '') ? [] : [said]
}
