/** Prints what part of src/ the tests reach, folder by folder. The argument is what NODE_V8_COVERAGE was while they ran. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const [, , folder = ''] = process.argv
const report = join(folder, 'report')

execFileSync(
  join(ROOT, 'node_modules/.bin/c8'),
  [
    'report',
    '--temp-directory',
    folder,
    '--include',
    '.build/src/**',
    '--reporter',
    'json-summary',
    '--reports-dir',
    report,
  ],
  { cwd: ROOT, stdio: 'inherit' },
)

const { total, ...files } = JSON.parse(readFileSync(join(report, 'coverage-summary.json'), 'utf8'))
const folders = {}
for (const [file, counts] of Object.entries(files)) {
  const name = dirname(relative(ROOT, file))
  folders[name] ??= []
  folders[name].push(counts)
}

const percent = (counts, kind) => {
  const sum = (key) => counts.reduce((all, count) => all + count[kind][key], 0)
  return `${((100 * sum('covered')) / Math.max(1, sum('total'))).toFixed(1)} %`.padStart(9)
}

const line = (name, counts) => `${name.padEnd(24)}${percent(counts, 'lines')}${percent(counts, 'branches')}\n`

process.stdout.write(`${' '.repeat(24)}    lines branches\n`)
for (const name of Object.keys(folders).sort()) process.stdout.write(line(name, folders[name]))
process.stdout.write(line('all', [total]))
