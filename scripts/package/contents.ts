/** What of a model folder goes into its archive, and whether the server could serve it. Only reads. */

import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { StartupError } from '../../src/errors.ts'
import { readModelFolder } from '../../src/model/folder.ts'
import { CommandError } from '../cli/command.ts'

export type Contents = {
  /** Absolute. */
  folder: string
  /** Paths in the archive, with `/`, in the order of the archive. */
  files: string[]
  /** Dotfiles and folders like `.git`, which a server has no use for. */
  leftOut: string[]
}

/** Throws CommandError with everything that cannot be packed, or with what the server would say. */
export const contentsOf = (folder: string): Contents => {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) throw new CommandError(`there is no model folder ${folder}`)
  if (!stat.isDirectory()) {
    throw new CommandError(`${folder} is not a folder`, { fix: 'name the folder with the ONNX file in it' })
  }
  // First, since it looks at little: a folder that is no model's may be a whole disk.
  const used = served(folder)
  const found: Found = { files: [], leftOut: [], refused: [], linked: new Map() }
  walk(folder, '', found)
  const hidden = used.filter((file) => found.leftOut.some((path) => file === path || file.startsWith(path)))
  const problems = [
    ...found.refused,
    ...hidden.map((file) => `${file} is what the server needs, but dotfiles are left out; rename it`),
  ]
  if (problems.length > 0) {
    const lines = problems
      .sort()
      .map((problem) => `\n  ${problem}`)
      .join('')
    throw new CommandError(`the model folder ${folder} cannot be packed:${lines}`)
  }
  return { folder, files: found.files, leftOut: found.leftOut }
}

/** The files that the server would read, by the server's own rules. */
const served = (folder: string): string[] => {
  try {
    const { file, code, config } = readModelFolder(folder)
    const labels = typeof config.labels === 'string' ? [join(folder, config.labels)] : []
    return [...(file === '' ? [] : [file]), ...(code ? [code] : []), ...labels].map((path) =>
      relative(folder, path).split(sep).join('/'),
    )
  } catch (error) {
    if (error instanceof StartupError) throw new CommandError(`Model folder is not valid: ${error.message}`)
    throw error
  }
}

type Found = {
  files: string[]
  leftOut: string[]
  refused: string[]
  /** Where a file with several names was seen first. */
  linked: Map<string, string>
}

const walk = (folder: string, above: string, found: Found): void => {
  const entries = readdirSync(folder, { withFileTypes: true })
  // By code unit and not by language: the same order on every machine.
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = above + entry.name
    if (entry.name.startsWith('.')) {
      found.leftOut.push(entry.isDirectory() ? `${path}/` : path)
    } else if (entry.isDirectory()) {
      walk(join(folder, entry.name), `${path}/`, found)
    } else {
      const problem = refusal(entry) ?? sameFile(statSync(join(folder, entry.name)), path, found.linked)
      if (problem === undefined) found.files.push(path)
      else found.refused.push(`${path} ${problem}`)
    }
  }
}

/** SageMaker developer guide, troubleshooting: links in an archive make the creation of a model fail. */
const refusal = (entry: Dirent): string | undefined => {
  if (entry.isSymbolicLink()) return 'is a symbolic link, which SageMaker refuses; put the file itself there'
  return entry.isFile() ? undefined : 'is a socket, a pipe or a device; remove it'
}

/** A file of two names would become a link in the archive. Other names outside of the folder do no harm. */
const sameFile = (
  { nlink, dev, ino }: Stats,
  path: string,
  linked: Map<string, string>,
): string | undefined => {
  if (nlink === 1) return undefined
  const first = linked.get(`${dev}:${ino}`)
  linked.set(`${dev}:${ino}`, first ?? path)
  return first === undefined
    ? undefined
    : `is a hard link to ${first}, and SageMaker refuses links; copy the file`
}
