/** Prints what the processes and files of tests took, those first that took most CPU time: `node .build/test/print-times.js FILE`. */

import { readFileSync } from 'node:fs'
import type { Taken } from './times.ts'

const [, , path = ''] = process.argv
const all = readFileSync(path, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Taken)
const first = Math.min(...all.map(({ began }) => began))
const seconds = (numbers: readonly number[]) =>
  numbers.map((number) => number.toFixed(1).padStart(8)).join('')

process.stdout.write('    from      to     own started  (seconds; the last two of CPU time)\n')
for (const { name, began, ended, own, started } of all.sort((a, b) => b.own + b.started - a.own - a.started))
  process.stdout.write(
    `${seconds([(began - first) / 1000, (ended - first) / 1000, own, started])}  ${name}\n`,
  )
