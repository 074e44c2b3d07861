/** What people are told of a folder's task, its name and a request that was tried on the model; and what its runs are. */

import { ServingError } from '../../errors.ts'
import type { Description } from '../../protocol/model-info.ts'
import { Allowance } from '../allowance.ts'
import type { Session } from '../engine/session.ts'
import { LazyAbortController } from '../lazy-abort.ts'
import type { Padding, Part } from '../task/task.ts'
import { JSON_TYPE } from './body.ts'
import type { HuggingFaceTask } from './task.ts'
import type { TextTokenizer } from './tokenizer.ts'

/** Texts over which an expression of the tokenizer's takes for ever if it is one of those that do. */
const HARD_TEXTS = [
  `${'a'.repeat(5000)}!`,
  `${' '.repeat(5000)}a`,
  `${'0'.repeat(5000)}.`,
  "'a".repeat(2500),
  '🙂é猫\n'.repeat(1000),
]

/** Encodes what is hard for some. One that does not come back is ended with its process. */
export const tryTokenizer = async (tokenizer: TextTokenizer): Promise<void> => {
  for (const text of HARD_TEXTS)
    try {
      await tokenizer.encodeWhole(text)
    } catch (error) {
      // That it may refuse.
      if (!(error instanceof ServingError)) throw error
    }
}

export type Tried = {
  description: Pick<Description, 'task' | 'labels' | 'answers' | 'example'>
  /** Of the example; none if the model was not run. */
  parts: readonly Part[]
  padding?: Padding
  /** Tokens of the longest text, if there is a bound. */
  longest?: number | undefined
}

/**
 * Sends the task's example through the model.
 * @param session undefined if the model is not to be run
 * @throws StartupError or what the task or ONNX Runtime throws, if the folder is not what its task needs
 */
export const tryTask = async (task: HuggingFaceTask, session: Session | undefined): Promise<Tried> => {
  const { inputs, parameters } = task.example
  const json = JSON.stringify({ inputs, ...(Object.keys(parameters).length > 0 && { parameters }) })
  const parts = session === undefined ? [] : await ask(task, json, session)
  return {
    description: {
      task: task.name,
      answers: task.answers,
      ...(task.labels && { labels: task.labels }),
      example: { json, tried: session !== undefined },
    },
    parts,
    ...(task.padding && { padding: task.padding }),
    longest: task.tokenizer?.maxTokens,
  }
}

const ask = async (task: HuggingFaceTask, json: string, session: Session): Promise<readonly Part[]> => {
  const request = { headers: { 'content-type': JSON_TYPE }, body: Buffer.from(json) }
  const allowance = new Allowance(new LazyAbortController())
  const found = await task.read(request, allowance)
  // The next trial of this process is not to wait for it.
  allowance.release()
  if (!('parts' in found)) return []
  const outputs = []
  for (const part of found.parts) {
    const given = await session.run(part.inputs)
    outputs.push({ outputs: task.reduce?.(given, part) ?? given, byRow: true })
  }
  await task.write(outputs, found.context)
  return found.parts
}
