/** The store as a file, so that a rehearsal can be ended and taken up again. Logs and metrics are not kept. */

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createStore, type Store } from './store.ts'

/** Maps are written as `{ $map: [[key, value], …] }`. */
const write = (_key: string, value: unknown): unknown =>
  value instanceof Map ? { $map: [...value.entries()] } : value

const read = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && '$map' in value
    ? new Map(value.$map as [unknown, unknown][])
    : value

/** The store in that file, or a new one if there is none. */
export const loadStore = (file: string, account: string): Store => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return createStore(account)
    throw error
  }
  return { ...createStore(account), ...(JSON.parse(text, read) as Store) }
}

/** Writes it if it differs from what was written last. The file is whole at any time. */
export const createSaver = (store: Store, file: string): (() => void) => {
  let last = ''
  return () => {
    const text = JSON.stringify(store, write)
    if (text === last) return
    writeFileSync(`${file}.partial`, text)
    renameSync(`${file}.partial`, file)
    last = text
  }
}
