import { existsSync } from 'node:fs'

/** Whether the server lies beside the command line: not so in the package, of which the command line is all. */
export const IN_CHECKOUT = existsSync(new URL('../../src/main.ts', import.meta.url))
