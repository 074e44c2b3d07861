/** Class names: given in serving.yaml, or in a text file of the model folder with one name on each line. */

import { StartupError } from '../errors.ts'

/** Names by index. A trailing newline is ignored; an empty line elsewhere would shift all that follow. */
export const parseLabels = (text: string, fileName: string): readonly string[] => {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
  if (lines.at(-1) === '') lines.pop()
  const empty = lines.indexOf('')
  if (empty >= 0) throw new StartupError(`labels: line ${empty + 1} of ${fileName} is empty; expected a name`)
  if (lines.length === 0)
    throw new StartupError(`labels: ${fileName} is empty; expected one name on each line`)
  return lines
}
