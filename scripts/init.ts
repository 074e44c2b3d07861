/** `npm run init -- DIR --from TEMPLATE`: a model folder to begin with. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const IMAGE_CLASSIFIER = `# Put model.onnx beside this file, and labels.txt with a name on each line.
preprocess:
  resize: { shortest: 256 }
  crop: { width: 224, height: 224 }
  mean: [0.485, 0.456, 0.406]
  std: [0.229, 0.224, 0.225]
labels: labels.txt
postprocess: { softmax: true, topK: 5 }
`

/** Each a folder of examples/, or files by name. */
const TEMPLATES: Record<string, { meaning: string; from: string | Record<string, string>; flags?: string }> =
  {
    handler: { meaning: 'code without a model: the shortest there is', from: 'handler' },
    'photo-link': { meaning: 'an image classifier that follows links', from: 'photo-link' },
    state: { meaning: 'a network whose state is kept by session', from: 'state', flags: ' --workers 1' },
    'image-classifier': {
      meaning: 'serving.yaml for a network of torchvision; no code',
      from: { 'serving.yaml': IMAGE_CLASSIFIER },
    },
  }

const HELP = `Makes a model folder to begin with. Files that are there are never overwritten.

Usage: npm run init -- DIR [--from TEMPLATE]

${Object.entries(TEMPLATES)
  .map(([name, { meaning }]) => `  ${name.padEnd(18)}${meaning}`)
  .join('\n')}

Without --from it is handler.
`

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

/** By path in the new folder. */
const filesOf = (from: string | Record<string, string>): Record<string, string | Buffer> => {
  if (typeof from !== 'string') return from
  const folder = join(ROOT, 'examples', from, 'model')
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

const fail = (message: string): never => {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

const readArguments = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { from: { type: 'string', default: 'handler' }, help: { type: 'boolean', short: 'h' } },
    })
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${HELP}`)
  }
}

const { values, positionals } = readArguments()
if (values.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const [folder, ...others] = positionals
const template = Object.hasOwn(TEMPLATES, values.from) ? TEMPLATES[values.from] : undefined
if (folder === undefined || others.length > 0) fail(`expected one folder\n\n${HELP}`)
else if (template === undefined) fail(`there is no template ${values.from}\n\n${HELP}`)
else {
  const files = filesOf(template.from)
  const taken = Object.keys(files).filter((name) => existsSync(join(folder, name)))
  if (taken.length > 0) fail(`${folder} has ${taken.join(', ')} already, and nothing is overwritten`)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  process.stdout.write(
    `${Object.keys(files)
      .map((name) => `  ${join(folder, name)}\n`)
      .join('')}\nServe it:\n  npm start -- --model ${folder}${template.flags ?? ''}\n`,
  )
}
