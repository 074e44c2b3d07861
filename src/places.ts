/** Where files are that are found by their path. This one is as deep in src/ as what is bundled is in dist/. */

import { fileURLToPath } from 'node:url'

const place = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** False where tsx runs the sources. */
export const isCompiled = import.meta.url.endsWith('.js')

export const NGINX_TEMPLATE = place('../nginx.conf')

export const PACKAGE = place('../package.json')

/** The model that `npm start` serves when nobody names one. */
export const BUNDLED_MODEL = place('../examples/digits/model')

/** The entry of a process of src/worker/, or of a thread in it. */
export const entryOf = (name: 'entry' | 'inspect-entry' | 'image/thread'): string =>
  place(`worker/${name}${isCompiled ? '.js' : '.ts'}`)
