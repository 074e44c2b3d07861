/** Makes a model's own code ready to serve: imports it, gives it its models, and has it load what it needs. */

import { realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import { StartupError } from '../../errors.ts'
import type { Context, Model as HandlerModel } from '../../handler-types.ts'
import { contain } from './contain.ts'
import { importHooks } from './hooks.ts'
import { type CodeFolder, folderOf, reasonOf, shownCode } from './place.ts'
import type { Handler } from './task.ts'

/**
 * @param main the folder's own model, where there is one
 * @param openModel loads another ONNX file
 * @throws StartupError that names the file and, as far as is known, the line
 */
export const loadHandler = async (
  folder: CodeFolder,
  main: HandlerModel | undefined,
  openModel: (file: string) => Promise<HandlerModel>,
): Promise<Handler> => {
  const shown = shownCode(folder)
  contain(shown)
  const hooks = await importHooks(folder)
  const context: Context = {
    get model() {
      if (main !== undefined) return main
      throw new Error('the folder has no model.onnx, and serving.yaml names no other as "model"')
    },
    labels: folder.labels,
    folder: folderOf(folder),
    open: (file) => openModel(inFolder(folderOf(folder), file)),
  }
  try {
    await hooks.load?.(context)
  } catch (error) {
    throw new StartupError(`load of ${shown} failed: ${reasonOf(error, folder.code, shown)}`)
  }
  return { hooks, shown, context }
}

const inFolder = (folder: string, name: string): string => {
  const file = join(folder, name)
  if (realpathSync(file).startsWith(realpathSync(folder) + sep)) return file
  throw new Error(`${name} leads out of the model folder`)
}
