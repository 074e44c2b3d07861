#!/usr/bin/env node
/** `onnx-serving DIR`, from the package: main.ts and inspect.ts, with the folder as the first argument. */

import { readFileSync } from 'node:fs'
import { PACKAGE } from './places.ts'

const NO_FOLDER = `Name the folder of a model first, or an ONNX file:

  onnx-serving DIR [--port N] …     serves it
  onnx-serving inspect DIR          says what it is taken for, and shows a request
  onnx-serving --help               all settings
`

const [first] = process.argv.slice(2)
if (first === '--version') {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8'))
  process.stdout.write(`${version}\n`)
} else if (first === 'inspect') {
  process.argv.splice(2, 1)
  await import('./inspect.ts')
} else if (first === '--help' || first === '-h') {
  await import('./main.ts')
} else if (first === undefined || first.startsWith('-')) {
  process.stderr.write(NO_FOLDER)
  process.exitCode = 2
} else {
  process.argv.splice(2, 1, `--model=${first}`)
  await import('./main.ts')
}
