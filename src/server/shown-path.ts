/** Paths as people read and paste them. */

import { relative } from 'node:path'

/** From the working folder; as it is if that folder has been deleted. */
export const shownPath = (path: string): string => {
  try {
    return relative(process.cwd(), path) || '.'
  } catch {
    return path
  }
}

/** A word of a shell's command, in quotes if it needs them. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
