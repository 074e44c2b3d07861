/** Every image stands for this checkout: it has one digest, and what is started is `src/main.ts`. */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
    )

/** `sha256:…` of what would be in the image: the same as long as the sources are. */
export const checkoutDigest = (): string => {
  const hash = createHash('sha256')
  for (const file of [...filesUnder(join(ROOT, 'src')), join(ROOT, 'package-lock.json')])
    hash.update(file.slice(ROOT.length)).update('\0').update(readFileSync(file))
  return `sha256:${hash.digest('hex')}`
}

/** `repository@sha256:…`, as SageMaker resolves a tag. */
export const resolveImage = (image: string, digest: string): string => {
  if (image.includes('@')) return image
  const slash = image.lastIndexOf('/')
  const colon = image.indexOf(':', slash + 1)
  return `${colon === -1 ? image : image.slice(0, colon)}@${digest}`
}
