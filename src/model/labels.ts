/** Class names: a list in serving.yaml, or a file of the model folder, text or JSON. */

import { readFileSync, statSync } from 'node:fs'
import { StartupError } from '../errors.ts'
import { describe } from '../words.ts'
import { namesByIndex } from './names-by-index.ts'
import { foreignContent } from './recognise.ts'

/** No name list is longer than this; anything above it is another kind of file. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * @param file its path, which is a regular file
 * @param name the same for messages; `.json` is read as JSON
 * @returns names by index
 * @throws StartupError
 */
export const readLabels = (file: string, name: string): readonly string[] => {
  const { size } = statSync(file)
  if (size > MAX_BYTES) throw mistake(`${name} has ${size} bytes; at most ${MAX_BYTES} are allowed`)
  const foreign = size > 0 && foreignContent(file, name)
  if (foreign) throw mistake(foreign)
  let text: string
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw mistake(`${name} cannot be read: ${(error as Error).message}`)
  }
  return /\.json$/i.test(name) ? parseJsonLabels(text, name) : parseLabels(text, name)
}

const mistake = (problem: string): StartupError => new StartupError(`labels: ${problem}`)

/**
 * One name on each line, without blanks around it; a line of nothing but blanks is a name, as dictionaries of characters have it.
 * A trailing newline is ignored; an empty line elsewhere would shift all that follow.
 */
export const parseLabels = (text: string, fileName: string): readonly string[] => {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim() || line)
  if (lines.at(-1) === '') lines.pop()
  const empty = lines.indexOf('')
  if (empty >= 0) throw mistake(`line ${empty + 1} of ${fileName} is empty; expected a name`)
  if (lines.length === 0) throw mistake(`${fileName} is empty; expected one name on each line`)
  return lines
}

/** `["cat", "dog"]`, `{"0": "cat", "1": "dog"}`, or TorchServe's `{"0": ["n01440764", "tench"]}`, whose last text is the name. */
export const parseJsonLabels = (text: string, fileName: string): readonly string[] => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw mistake(`${fileName} is not JSON: ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || value === null)
    throw mistake(
      `${fileName}: expected a list of names or an object like {"0": "cat"}, found ${describe(value)}`,
    )
  const entries = Object.entries(value)
  if (entries.length === 0) throw mistake(`${fileName} is empty; expected names`)
  const nameOf = (entry: unknown): unknown =>
    Array.isArray(value) || !Array.isArray(entry) ? entry : entry.at(-1)
  return namesByIndex(
    entries.map(([key, entry]) => [key, nameOf(entry)]),
    fileName,
    mistake,
  )
}
