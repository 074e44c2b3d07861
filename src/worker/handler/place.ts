/** Where in the model's own code something went wrong, for people. */

import { dirname, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ModelFolder } from '../../model/model.ts'

export type CodeFolder = ModelFolder & { code: string }

/** The model folder, absolute. */
export const folderOf = ({ code }: { code: string }): string => dirname(dirname(code))

/** The file as messages name it: code/inference.ts. */
export const shownCode = ({ code }: { code: string }): string =>
  relative(folderOf({ code }), code).split(sep).join('/')

/** An error's message and the first place of its stack in the code's folder: `boom (code/inference.ts:3:9)`. */
export const reasonOf = (error: unknown, file: string, shown: string): string => {
  if (!(error instanceof Error)) return String(error)
  const folder = dirname(file)
  const shorten = (text: string): string =>
    text
      .replaceAll(`${pathToFileURL(folder).href}/`, `${dirname(shown)}/`)
      .replaceAll(`${folder}/`, `${dirname(shown)}/`)
      .replaceAll(/\?(?:namespace|tsx-namespace)=\d+/g, '')
  const message = shorten(error.message)
  const stack = shorten(error.stack ?? '')
  const escaped = dirname(shown).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const place = new RegExp(`${escaped}/(?!node_modules/)[^\\s()]+?:\\d+(?::\\d+)?`).exec(stack)?.[0]
  return place === undefined || message.includes(place) ? message : `${message} (${place})`
}
