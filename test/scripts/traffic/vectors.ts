/** What docs/ab-testing.md says that callers in any language must compute. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const PAGE = fileURLToPath(new URL('../../../docs/ab-testing.md', import.meta.url))

export type Vector = { salt: string; user: string; weights: Record<string, number>; variant: string }

/** The first block of code in this language. */
export const codeBlock = (language: string, page = readFileSync(PAGE, 'utf8')): string =>
  new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? ''

export const readVectors = (): { example: { texts: string[]; sha256: string }; vectors: Vector[] } =>
  JSON.parse(codeBlock('json'))
