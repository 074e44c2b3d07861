/**
 * docs/deploying.md, replayed as it stands: its `sh` blocks run one after the other in a shell, and what they print is held
 * against the `text` (stdout) and `stderr` blocks behind them, in which … stands for anything.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import t from 'tap'
import { freePort } from '../../benchmark/lib/server.ts'
import { until } from '../contract/serve.ts'
import { ROOT } from '../fixtures/index.ts'

const PAGE = readFileSync(`${ROOT}docs/deploying.md`, 'utf8')

type Block = { language: string; info: string; code: string }

type Step = Block & { expected: { stream: 'stdout' | 'stderr'; text: string }[] }

const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(([, language = '', info = '', code = '']) => ({
    language,
    info,
    code,
  }))

const steps: Step[] = []
for (const block of blocksOf(PAGE)) {
  if (block.language === 'sh') steps.push({ ...block, expected: [] })
  else
    steps.at(-1)?.expected.push({
      stream: block.language === 'stderr' ? 'stderr' : 'stdout',
      text: block.code,
    })
}

/** A line that is … alone stands for any number of lines, and … in a line for any text in it. */
const patternOf = (text: string): RegExp => {
  const literal = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const lines = text.trimEnd().split('\n')
  const parts = lines.map((line) =>
    line === '…' ? '(?:.*\\n)*' : `${line.split('…').map(literal).join('.*')} *\\n`,
  )
  return new RegExp(`^${parts.join('')}$`)
}

/** A shell of its own for each block, in the checkout, with the variables that the blocks before it have set. */
const start = (code: string, env: NodeJS.ProcessEnv) => {
  const child = spawn('bash', ['-c', `set -e\n${code}`], { cwd: ROOT, env, detached: true })
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] += text
    })
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal ?? 'unknown'))
  })
  return { child, printed, ended }
}

const end = (child: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    process.kill(-(child.pid ?? 0), signal)
  } catch {
    // It has ended by itself.
  }
}

/** `export A=1 B=2` */
const exportsOf = (code: string): Record<string, string> =>
  Object.fromEntries(
    [...code.matchAll(/^export (.*)$/gm)].flatMap(([, pairs = '']) =>
      pairs.split(' ').map((pair) => pair.split('=') as [string, string]),
    ),
  )

t.test('the page on deploying tells what happens', async (t) => {
  const port = await freePort()
  const folder = relative(ROOT, t.testdir())
  const here = (text: string) =>
    text
      .replaceAll('4566', String(port))
      .replaceAll('rehearse --speed', `rehearse --port ${port} --speed`)
      .replaceAll(/(?<![\w/…])my-digits/g, `${folder}/my-digits`)
  let env: NodeJS.ProcessEnv = { ...process.env, SERVING_DEVICE: 'cpu', NO_COLOR: '1' }
  let rehearsal: ReturnType<typeof start> | undefined
  for (const { info, code, expected } of steps) {
    const command = here(code)
    const name = code.split('\n', 1)[0] ?? ''
    const shell = start(command, env)
    const { child, printed, ended } = shell
    t.teardown(() => end(child, 'SIGKILL'))
    env = { ...env, ...exportsOf(command) }
    const matches = () =>
      expected.every(({ stream, text }) => patternOf(here(text)).test(`${printed[stream].trimEnd()}\n`))
    const inBackground = info === 'rehearsal' || info === 'background'
    if (inBackground) {
      await until(() => matches() || child.exitCode !== null)
      if (info === 'rehearsal') rehearsal = shell
      else {
        end(child, 'SIGINT')
        await ended
      }
    } else {
      t.equal(await ended, Number(/exit=(\d+)/.exec(info)?.[1] ?? 0), name)
    }
    if (expected.length === 0) continue
    const found = matches()
    t.ok(found, `${name}: prints what the page says`, found ? {} : { printed, expected })
  }
  if (rehearsal === undefined) throw new Error('the page starts no rehearsal')
  end(rehearsal.child, 'SIGINT')
  await rehearsal.ended
  await t.rejects(fetch(`http://127.0.0.1:${port}/`), 'Ctrl-C ends the rehearsal')
})
