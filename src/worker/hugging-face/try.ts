/** What people are told of a folder's task, its name and a request that was tried on the model; and what its runs are. */

import type { HuggingFaceFolder } from '../../model/layouts/hugging-face.ts'
import type { Model } from '../../model/model.ts'
import type { Description } from '../../protocol/model-info.ts'
import { Allowance } from '../allowance.ts'
import type { Session } from '../engine/session.ts'
import { LazyAbortController } from '../lazy-abort.ts'
import type { Padding, Part } from '../task/task.ts'
import { chooseTask } from './all.ts'
import { createHuggingFaceTask } from './task.ts'

const JSON_TYPE = 'application/json'

export type Tried = {
  description: Pick<Description, 'task' | 'answers' | 'example'>
  /** Of the example. */
  parts: readonly Part[]
  padding?: Padding
}

/**
 * Sends the task's example through the model.
 * @throws StartupError or what the task or ONNX Runtime throws, if the folder is not what its task needs
 */
export const tryTask = async (model: Model, files: HuggingFaceFolder, session: Session): Promise<Tried> => {
  const { name, example } = chooseTask(files, model.config.task)
  const task = createHuggingFaceTask(model, files, { maxBodyBytes: Number.POSITIVE_INFINITY })
  const json = JSON.stringify({ inputs: example })
  const allowance = new Allowance(new LazyAbortController())
  const found = await task.read(
    { headers: { 'content-type': JSON_TYPE }, body: Buffer.from(json) },
    allowance,
  )
  if ('parts' in found) {
    const outputs = []
    for (const { inputs } of found.parts) outputs.push({ outputs: await session.run(inputs), byRow: true })
    await task.write(outputs, found.context)
  }
  return {
    description: { task: name, answers: `what pipeline("${name}") gives`, example: { json, tried: true } },
    parts: 'parts' in found ? found.parts : [],
    ...(task.padding && { padding: task.padding }),
  }
}
