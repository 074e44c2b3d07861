/** What ONNX Runtime is given to load: the model's file, or one whose graph has been edited. */

import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartupError } from '../../errors.ts'
import type { ModelFolder } from '../../model/model.ts'
import { readEdited } from './graph/edits.ts'

/** `dataFolder` is where external data lies, if not beside the file. */
export type Source = { model: string | Uint8Array; dataFolder?: string }

/** A larger one is not read into memory. */
const MAX_BYTES = 2 ** 28

/** @throws StartupError if the graph has to be edited and can neither be written nor held in memory */
export const sourceOf = ({ file, edited }: Pick<ModelFolder, 'file' | 'edited'>): Source => {
  if (edited === undefined) return { model: file }
  const dataFolder = dirname(file)
  // What cleans up temporary files may have removed it.
  if (edited.file !== undefined && existsSync(edited.file)) return { model: edited.file, dataFolder }
  const { size } = statSync(file)
  if (size <= MAX_BYTES) return { model: readEdited(file, edited.edits), dataFolder }
  throw new StartupError(
    `its graph has to be edited, and a file of ${size} bytes is too large to do that in memory: let --temp-dir name a folder with as much room, or export it without ZipMap (skl2onnx: options={'zipmap': False})`,
  )
}
