/** Makes a model's own code ready to serve: imports it, gives it its models, and has it load what it needs. */

import { realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import { StartupError } from '../../errors.ts'
import type { Context, Model as HandlerModel } from '../../handler-types.ts'
import { createDownload } from '../links/download.ts'
import { importHooks } from './hooks.ts'
import { type CodeFolder, folderOf, reasonOf, shownCode } from './place.ts'
import type { Handler } from './task.ts'

type Surroundings = {
  /** The folder's own, where there is one. */
  model: HandlerModel | undefined
  workers: number
  /** As of a request, so of what its link leads to. */
  maxBodyBytes: number
  /** Loads another ONNX file. */
  open(file: string): Promise<HandlerModel>
}

/**
 * @throws StartupError that names the file and, as far as is known, the line
 */
export const loadHandler = async (
  folder: CodeFolder,
  { model, workers, maxBodyBytes, open }: Surroundings,
): Promise<Handler> => {
  const shown = shownCode(folder)
  const hooks = await importHooks(folder)
  const { config, code } = folder
  const download = createDownload({ entries: config.links, code, maxBytes: maxBodyBytes })
  const context: Context = {
    get model() {
      if (model !== undefined) return model
      throw new Error('the folder has no model.onnx, and serving.yaml names no other as "model"')
    },
    labels: folder.labels,
    folder: folderOf(folder),
    workers,
    open: (file) => open(inFolder(folderOf(folder), file)),
  }
  try {
    await hooks.load?.(context)
  } catch (error) {
    throw new StartupError(`load of ${shown} failed: ${reasonOf(error, folder.code, shown)}`)
  }
  return { hooks, shown, context, download }
}

const inFolder = (folder: string, name: string): string => {
  const file = join(folder, name)
  if (realpathSync(file).startsWith(realpathSync(folder) + sep)) return file
  throw new Error(`${name} leads out of the model folder`)
}
