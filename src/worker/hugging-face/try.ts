/** What people are told of a folder's task: its name, and a request that was tried on the model. */

import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'
import type { Model } from '../../model/model.ts'
import type { Description } from '../../protocol/model-info.ts'
import { Allowance } from '../allowance.ts'
import type { Session } from '../engine/session.ts'
import { LazyAbortController } from '../lazy-abort.ts'
import { chooseTask } from './all.ts'
import { createHuggingFaceTask } from './task.ts'

const JSON_TYPE = 'application/json'

/**
 * Sends the task's example through the model.
 * @throws StartupError or what the task or ONNX Runtime throws, if the folder is not what its task needs
 */
export const tryTask = async (
  model: Model,
  files: HuggingFaceFolder,
  session: Session,
): Promise<Pick<Description, 'task' | 'answers' | 'example'>> => {
  const { name, example, exampleParameters } = chooseTask(model, files)
  const task = createHuggingFaceTask(model, files, { maxBodyBytes: Number.POSITIVE_INFINITY })
  const json = JSON.stringify({
    inputs: example,
    ...(exampleParameters && { parameters: exampleParameters }),
  })
  const allowance = new Allowance(new LazyAbortController())
  const found = await task.read(
    { headers: { 'content-type': JSON_TYPE }, body: Buffer.from(json) },
    allowance,
  )
  if ('parts' in found) {
    const outputs = []
    for (const part of found.parts) {
      const given = await session.run(part.inputs)
      outputs.push({ outputs: task.reduce?.(given, part) ?? given, byRow: true })
    }
    await task.write(outputs, found.context)
  }
  return { task: name, answers: `what pipeline("${name}") gives`, example: { json, tried: true } }
}
