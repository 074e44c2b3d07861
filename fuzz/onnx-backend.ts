/**
 * ONNX's own backend tests through a worker: how many are answered right, wrong, or not at all, and why.
 *
 *   pip install onnx==1.23.2 numpy
 *   python fuzz/onnx-backend/cases.py FOLDER
 *   npm run onnx-backend -- FOLDER [--show right|wrong|refused|rejected|runtime|crashed]
 *
 * Ends with 1 if an answer is wrong where ONNX Runtime alone gives the right one, or a process ended.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import type { Result } from './onnx-backend/case.ts'

type Verdict = Result['verdict'] | 'crashed'

const VERDICTS: readonly Verdict[] = ['right', 'wrong', 'refused', 'rejected', 'runtime', 'crashed']

/** As long as the server waits for a trial. */
const PATIENCE_MS = 30_000

const CHILD = fileURLToPath(new URL('./onnx-backend/child.ts', import.meta.url))

const program = new Command('npm run onnx-backend --')
  .description("Runs ONNX's own backend tests through a worker.")
  .argument('<folder>', 'what cases.py has written')
  .option('--show <verdict>', 'names each case of this verdict')
  .parse()

const [folder = ''] = program.args
const { show } = program.opts<{ show?: string }>()

let child: ChildProcess | undefined

const runInChild = (path: string, run: boolean): Promise<{ verdict: Verdict; reason: string }> => {
  child ??= fork(CHILD, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const current = child
  return new Promise((resolve) => {
    const end = (result: { verdict: Verdict; reason: string }) => {
      clearTimeout(timer)
      current.removeAllListeners()
      resolve(result)
    }
    const timer = setTimeout(() => current.kill('SIGKILL'), PATIENCE_MS)
    current.once('message', (result: Result) => end(result))
    current.once('exit', (code, signal) => {
      child = undefined
      end({ verdict: 'crashed', reason: `the process ended with ${signal ?? code}` })
    })
    current.send({ folder: path, run })
  })
}

/** Reasons of the same kind are one: without names, numbers and shapes. */
const kindOf = (reason: string): string =>
  reason
    .replace(/^model ".*?" cannot be (served|loaded): /, '')
    .replaceAll(/"[^"]*"|'[^']*'/g, '…')
    .replaceAll(/\[[^\]]*\]|-?\d[\d.e+-]*/g, 'n')
    .replace(/operator \S+ \(.*?\)/, 'operator …')
    .slice(0, 110)

const counts: Record<Verdict, number> = {
  right: 0,
  wrong: 0,
  refused: 0,
  rejected: 0,
  runtime: 0,
  crashed: 0,
}
const kinds = new Map<string, string[]>()
for (const name of readdirSync(folder).sort()) {
  const tried = await runInChild(join(folder, name), true)
  // As the server does: a model that ends the process or hangs when it is tried is served without a trial.
  const { verdict, reason } =
    tried.verdict === 'crashed' ? await runInChild(join(folder, name), false) : tried
  counts[verdict] += 1
  if (verdict === show) process.stdout.write(`${name}: ${reason}\n`)
  if (verdict === 'right') continue
  const kind = `${verdict}: ${kindOf(reason)}`
  kinds.set(kind, [...(kinds.get(kind) ?? []), name])
}
child?.kill()
process.stdout.write(`${VERDICTS.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ')}\n`)
for (const [kind, names] of [...kinds].sort((a, b) => b[1].length - a[1].length))
  process.stdout.write(
    `${`${String(names.length).padStart(5)}  ${kind}\n         ${names.slice(0, 3).join(', ')}`}\n`,
  )
process.exitCode = counts.wrong + counts.rejected + counts.crashed > 0 ? 1 : 0
