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

const read = (file: string, path: string): SourceMap | undefined => {
  try {
    // Of what tsx has compiled, a model's own code, Node has read the map already.
    return findSourceMap(file) ?? new SourceMap(JSON.parse(readFileSync(`${path}.map`, 'utf8')))
  } catch {
    return undefined
  }
}

const maps = new Map<string, SourceMap | undefined>()

const mapOf = (file: string, path: string): SourceMap | undefined => {
  if (!maps.has(file)) maps.set(file, read(file, path))
  return maps.get(file)
}

/** A module is known by its address, and one of CommonJS by its path. */
const pathOf = (file: string | null): string | undefined => {
  if (file?.startsWith('file:')) return fileURLToPath(file)
  return file !== null && isAbsolute(file) ? file : undefined
}

const mapped = (site: NodeJS.CallSite): string => {
  const text = String(site)
  const [file, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()]
  const path = pathOf(file)
  if (file === null || path === undefined || line === null || column === null) return text
  const entry = mapOf(file, path)?.findEntry(line - 1, column - 1)
  if (entry === undefined || !('originalSource' in entry) || entry.originalSource.endsWith(PACKAGES))
    return text
  const { href, protocol } = new URL(entry.originalSource, pathToFileURL(path))
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

/** From now on, in this process. Where tsx runs the sources, it sees to that itself. */
export const nameSources = (): void => {
  if (!isCompiled) return
  Error.prepareStackTrace = (error, sites) => {
    const title = orElse('Error', () => String(error))
    return [title, ...sites.map((site) => `    at ${orElse(String(site), () => mapped(site))}`)].join('\n')
  }
}
