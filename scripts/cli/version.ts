import { readFileSync } from 'node:fs'

/** Of the package, whose package.json lies beside scripts/ once it is built. */
export const version = (): string =>
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
