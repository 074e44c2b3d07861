/** What people are told of a folder's task: its name, and a request that was tried on the model. */

import { classNames } from '../../model/layouts/class-names.ts'
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
): Promise<Pick<Description, 'task' | 'labels' | 'answers' | 'example'>> => {
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
  const hasLabels = model.labels === undefined && files.config.id2label !== undefined
  return {
    task: name,
    ...(hasLabels && { labels: classNames(files.config) }),
    answers: `what pipeline("${name}") gives`,
    example: { json, tried: true },
  }
}
