/**
 * The worker's task for a Hugging Face folder: the request's JSON in, the task's answer as JSON out, as Hugging Face's own
 * containers on SageMaker have them.
 */

import { ServingError } from '../../errors.ts'
import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'
import type { Model } from '../../model/model.ts'
import type { LoadOptions } from '../../protocol/messages.ts'
import type { Route } from '../../protocol/routes.ts'
import { decodeContent } from '../codec/content-encoding.ts'
import { mapBounded } from '../map-bounded.ts'
import type { Task } from '../task/task.ts'
import { chooseTask } from './all.ts'
import { readBody } from './body.ts'
import { openHub } from './hub.ts'
import type { HubRead, HubRequest } from './hub-task.ts'
import { chooseType, writeReply } from './reply.ts'
import type { TextTokenizer } from './tokenizer.ts'
import { AT_ONCE } from './tokens.ts'

type Context = {
  found: readonly HubRead<unknown>[]
  isLines: boolean
  contentType: string
  toAnswer: ((answer: unknown) => unknown) | undefined
}

const ofRequest = (error: unknown, number: number): unknown =>
  error instanceof ServingError ? new ServingError(error.code, `request ${number}: ${error.message}`) : error

export type HuggingFaceTask = Task<Context> & {
  /** The hub's name of it. */
  name: string
  /** What replies hold, in words. */
  answers: string
  /** A request that any such model takes. */
  example: HubRequest
  /** Names of the classes, where config.json has them. */
  labels?: readonly string[]
  tokenizer?: TextTokenizer
}

/** @throws StartupError if the folder is not what its task needs */
export const createHuggingFaceTask = (
  model: Model,
  files: HuggingFaceFolder,
  { maxBodyBytes }: Pick<LoadOptions, 'maxBodyBytes'>,
): HuggingFaceTask => {
  const task = chooseTask(model, files)
  const hub = openHub(model, files)
  const { padding, reduce, read, write, example = task.example } = task.create(hub)
  const { maxResponseBytes } = model.config.limits
  const finish = (answers: readonly unknown[], { isLines, contentType, toAnswer }: Context) =>
    writeReply(toAnswer ? answers.map(toAnswer) : answers, isLines, contentType, maxResponseBytes)
  return {
    name: task.name,
    answers: task.answers ?? `what pipeline("${task.name}") gives`,
    routes: ['/', ...(Object.keys(task.routes ?? {}) as Route[])],
    example: { inputs: example, parameters: task.exampleParameters ?? {} },
    ...(files.config.id2label !== undefined && { labels: hub.labels }),
    ...(hub.tokenizer && { tokenizer: hub.tokenizer }),
    ...(padding && { padding }),
    ...(reduce && { reduce }),
    read: async ({ headers, body, route }, allowance) => {
      const plain = await decodeContent(body, headers['content-encoding'], maxBodyBytes, allowance)
      const { requests, isLines } = readBody(plain, headers['content-type'], task, route)
      const contentType = chooseType(headers.accept, isLines)
      const found = await mapBounded(requests, AT_ONCE, async (request, index) => {
        try {
          return await read(request, allowance)
        } catch (error) {
          throw isLines ? ofRequest(error, index + 1) : error
        }
      })
      const toAnswer = route === '/' ? task.onHub?.toAnswer : undefined
      const context = { found, isLines, contentType, toAnswer }
      const parts = found.flatMap((one) => ('parts' in one ? one.parts : []))
      if (parts.length > 0) return { parts, context }
      return {
        written: finish(
          found.map((one) => ('answer' in one ? one.answer : undefined)),
          context,
        ),
      }
    },
    write: async (outputs, context) => {
      const answers: unknown[] = []
      let start = 0
      for (const one of context.found) {
        if ('answer' in one) {
          answers.push(one.answer)
          continue
        }
        const end = start + one.parts.length
        answers.push(await write(outputs.slice(start, end), one.context))
        start = end
      }
      return finish(answers, context)
    },
  }
}
