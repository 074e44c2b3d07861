/** sharp, by its CommonJS entry: its ES modules use an import attribute, which Node 20.9 cannot parse. */

import { createRequire } from 'node:module'

export const sharp = createRequire(import.meta.url)('sharp') as typeof import('sharp')['default']
