/**
 * Stacks that name the sources. Node's `--enable-source-maps` reads the map of each module as it is loaded, which each start pays
 * for; here a map is read when a stack names its file.
 */

import { readFileSync } from 'node:fs'
import { findSourceMap, SourceMap } from 'node:module'
import { isAbsolute } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isCompiled } from './places.ts'

/** What scripts/build.js calls the source of all packages, of which it writes no mappings. */
const PACKAGES = 'package'

const read = (url: string): SourceMap | undefined => {
  try {
    // Of what tsx has compiled, a model's own code, Node has read the map already.
    return findSourceMap(url) ?? new SourceMap(JSON.parse(readFileSync(new URL(`${url}.map`), 'utf8')))
  } catch {
    return undefined
  }
}

const maps = new Map<string, SourceMap | undefined>()

const mapOf = (url: string): SourceMap | undefined => {
  if (!maps.has(url)) maps.set(url, read(url))
  return maps.get(url)
}

/** A module is known by its URL, and one of CommonJS by its path. */
const urlOf = (file: string): string | undefined =>
  file.startsWith('file:') ? file : isAbsolute(file) ? pathToFileURL(file).href : undefined

/** @param text the frame as V8 has it */
const mapped = (site: NodeJS.CallSite, text: string): string => {
  const [file, line, column] = [site.getFileName() ?? '', site.getLineNumber(), site.getColumnNumber()]
  const url = urlOf(file)
  if (url === undefined || line === null || column === null) return text
  const entry = mapOf(url)?.findEntry(line - 1, column - 1)
  if (entry === undefined || !('originalSource' in entry) || entry.originalSource.endsWith(PACKAGES))
    return text
  const { href, protocol } = new URL(entry.originalSource, url)
  const source = protocol === 'file:' ? fileURLToPath(href) : href
  return text.replace(
    `${file}:${line}:${column}`,
    // A function, since a path may have a $ in it.
    () => `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`,
  )
}

/** Nothing that is thrown here: it would be thrown where an error is printed. */
const orElse = (otherwise: string, say: () => string): string => {
  try {
    return say()
  } catch {
    return otherwise
  }
}

const frame = (site: NodeJS.CallSite): string => {
  const text = String(site)
  return `    at ${orElse(text, () => mapped(site, text))}`
}

/** From now on, in this process. Where tsx runs the sources, it sees to that itself. */
export const nameSources = (): void => {
  if (!isCompiled) return
  Error.prepareStackTrace = (error, sites) => {
    const title = orElse('Error', () => String(error))
    return [title, ...sites.map(frame)].join('\n')
  }
}
