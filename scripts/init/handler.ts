/** The first files of a model's own code: those of an example, and what an editor needs beside them. */

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Folders of examples/, by what they show. */
export const HANDLERS: Readonly<Record<string, { meaning: string; flags?: string }>> = {
  handler: { meaning: 'code without a model: the shortest there is' },
  'photo-link': { meaning: 'an image classifier that follows links' },
  state: { meaning: 'a network whose state is kept by session', flags: ' --workers 1' },
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "strict": true,
    "noEmit": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true
  }
}
`

/** What an editor needs to know of the hooks, since there is nothing to install. */
const types = (): string =>
  `declare module 'onnx-serving' {\n${readFileSync(join(ROOT, 'src/handler-types.ts'), 'utf8')}}\n`

/** Contents by path in the model folder. @param name a key of HANDLERS */
export const handlerFiles = (name: string): Record<string, string | Buffer> => {
  const folder = join(ROOT, 'examples', name, 'model')
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const files = entries.map((entry): [string, Buffer] => {
    const path = join(entry.parentPath ?? entry.path, entry.name)
    return [relative(folder, path), readFileSync(path)]
  })
  return {
    ...Object.fromEntries(files),
    'code/onnx-serving.d.ts': types(),
    'code/tsconfig.json': TSCONFIG,
    'code/package.json': '{ "type": "module", "private": true }\n',
  }
}
