/** The command line from its package, in a folder with nothing of this checkout: a model becomes an endpoint of a rehearsal. */

import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { ROOT } from '../fixtures/index.ts'
import { stage } from '../scripts/with-rehearsal.ts'
import { installPacked } from './install-packed.ts'

const NAME = 'onnx-serving-endpoint'

const folder = mkdtempSync(join(tmpdir(), 'packed-'))
t.teardown(() => rmSync(folder, { recursive: true }))

const tarball = installPacked(folder, NAME)

const run = async (...args: string[]) => {
  const { stdout } = await promisify(execFile)('npx', ['--no-install', NAME, ...args], { cwd: folder })
  return stdout
}

t.test('the package says its version and its commands', async (t) => {
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  t.equal(await run('--version'), `${version}\n`)
  t.match(await run('--help'), /deploy \[options\] +Creates or updates the endpoint/)
})

t.test('from nothing to an endpoint that answers', async (t) => {
  const { rehearsal } = await stage(t, { speed: 120 })
  t.match(await run('init', '--handler', '--name', 'squares'), /npx onnx-serving model\n/)
  t.ok(existsSync(join(folder, 'model/code/onnx-serving.d.ts')), 'with the types of the hooks')
  await t.rejects(run('init', '--handler'), { code: 2, stderr: /nothing is overwritten/ })
  t.match(await run('plan'), /\+ endpoint squares\n/)
  t.match(await run('deploy'), /^squares is in service\./)
  writeFileSync(join(folder, 'request.json'), '{"input": 4}')
  t.match(await run('invoke', 'request.json'), /:\{"input": 4\}$/)
  t.equal(rehearsal.store.endpoints.size, 1)
  const short = ['--yes', '--step', '0.5s', '--max-rate', '20', '--p99', '5s', '--plot', 'size.svg']
  t.match(
    await run('size', '--body', 'request.json', ...short),
    /squares \(1 × ml\.m7i\.large\) holds a p99 of 5000 ms/,
  )
  t.match(readFileSync(join(folder, 'size.svg'), 'utf8'), /^<svg .*<\/svg>\n$/s)
  t.match(await run('delete', '--yes'), /^squares is deleted/)
  t.equal(rehearsal.store.endpoints.size, 0)
})

type Action = {
  inputs: Record<string, { default?: string }>
  runs: { steps: { run?: string; shell?: string; env?: Record<string, string> }[] }
}

t.test("the action's step runs the package, and ends as it does", async (t) => {
  await stage(t, { speed: 120 })
  const { inputs, runs }: Action = parse(
    readFileSync(`${ROOT}packages/onnx-serving-endpoint/action.yml`, 'utf8'),
  )
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  t.equal(inputs.package?.default, `${NAME}@${version}`)
  const step = runs.steps.at(-1)
  const act = async (given: Record<string, string>) => {
    const summary = join(folder, 'summary.md')
    writeFileSync(summary, '')
    const filledIn = (text: string) =>
      text.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, name) => given[name] ?? inputs[name]?.default ?? '')
    const env = Object.fromEntries(
      Object.entries(step?.env ?? {}).map(([name, text]) => [name, filledIn(text)]),
    )
    // As GitHub runs `shell: bash`.
    const argv = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? '']
    const ended = await promisify(execFile)('bash', argv, {
      cwd: folder,
      env: { ...process.env, ...env, GITHUB_STEP_SUMMARY: summary },
    }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }) => ({ code, stdout }),
    )
    return { ...ended, summary: readFileSync(summary, 'utf8') }
  }
  const own = { package: tarball }
  const planned = await act({ ...own, command: 'plan' })
  t.match(planned, { code: 0, stdout: /\+ endpoint squares/ })
  t.equal(planned.summary, `### plan \n\`\`\`\n${planned.stdout}\`\`\`\n`)
  t.match(await act(own), { code: 0, summary: /^### deploy[\s\S]*squares is in service/ })
  t.match(await act({ ...own, environment: 'nope' }), { code: 2 })
})

t.test('what needs a checkout or the server says so', async (t) => {
  // No such registry: the server's package cannot be had.
  const nowhere = {
    cwd: folder,
    env: { ...process.env, npm_config_registry: 'http://127.0.0.1:1', npm_config_fetch_retries: '0' },
  }
  await t.rejects(
    promisify(execFile)('node_modules/.bin/onnx-serving-endpoint', ['size', '--model', 'model'], nowhere),
    {
      code: 2,
      stderr:
        /model cannot be served here: [\s\S]*→ outside a checkout the package onnx-serving is run by npx/,
    },
  )
  await t.rejects(run('build'), { code: 2, stderr: /there is no .*\/Dockerfile .*\n {2}→ name a checkout/ })
})
