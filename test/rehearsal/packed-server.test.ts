/** The server from its package, in a folder with nothing of this checkout, and from a checkout without what only developers need. */

import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { freePort } from '../../benchmark/lib/server.ts'
import { until } from '../contract/serve.ts'
import { DIGITS, ROOT } from '../fixtures/index.ts'
import { installPacked } from './install-packed.ts'

const temporary = mkdtempSync(join(tmpdir(), 'packed-server-'))
t.teardown(() => rmSync(temporary, { recursive: true, force: true }))

const folderOf = (name: string): string => {
  const folder = join(temporary, name)
  mkdirSync(folder)
  return folder
}

/** A URL of a server that this command starts, with `--port` added. */
const started = async (t: Test, cwd: string, command: string, ...args: string[]): Promise<string> => {
  const port = await freePort()
  const child: ChildProcess = spawn(command, [...args, '--host', '127.0.0.1', '--port', String(port)], {
    cwd,
    // npm and the server below it are ended together.
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  t.teardown(async () => {
    process.kill(-(child.pid as number), 'SIGTERM')
    await ended
  })
  const url = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${url}/ping`).catch(() => undefined))?.status === 200)
  return url
}

const post = async (url: string, body: Uint8Array<ArrayBuffer> | string, type: string) => {
  const response = await fetch(`${url}/invocations`, {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  })
  return response.json()
}

const three = new Uint8Array(readFileSync(`${DIGITS}/digits/3.png`))

const isThree = (t: Test, answer: unknown): void => {
  t.match(answer, { predictions: [[{ label: '3' }]] })
}

t.test('from its package', async (t) => {
  const folder = folderOf('package')
  installPacked(folder)
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  const npx = ['--no-install', 'onnx-serving']
  cpSync(`${DIGITS}/model`, join(folder, 'digits'), { recursive: true })

  await t.test('its version, its settings, and what it wants', async (t) => {
    const ask = (...args: string[]) => spawnSync('npx', [...npx, ...args], { cwd: folder, encoding: 'utf8' })
    t.match(ask('--version'), { status: 0, stdout: `${version}\n` })
    t.match(ask('--help'), { status: 0, stdout: /npx onnx-serving DIR[\s\S]*--max-batch-size/ })
    t.match(ask(), { status: 2, stdout: '', stderr: /^Name the folder of a model first/ })
    t.match(ask('--port', '9000'), { status: 2, stderr: /^Name the folder/ })
    t.match(ask('nowhere'), { status: 1, stdout: /nowhere/ })
  })

  await t.test('inspect', async (t) => {
    const { stdout } = await promisify(execFile)('npx', [...npx, 'inspect', 'digits'], { cwd: folder })
    t.match(stdout, /^digits\n {2}task {8}images, or tensors in, ranked classes out\n/)
  })

  await t.test('serves a folder', async (t) => {
    const url = await started(t, folder, 'npx', ...npx, 'digits')
    isThree(t, await post(url, three, 'image/png'))
  })

  await t.test('serves code in TypeScript, whose types are here', async (t) => {
    const code = join(folder, 'squares/code/inference.ts')
    mkdirSync(dirname(code), { recursive: true })
    writeFileSync(
      code,
      `import type { Predict } from 'onnx-serving'
export const predict: Predict = (request) => ({ output: request.json<{ input: number }>().input ** 2 })\n`,
    )
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--types', '', '--lib', 'es2023,dom']
    const checked = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), [...options, code], {
      cwd: folder,
      encoding: 'utf8',
    })
    t.equal(checked.stdout, '', 'as tsc reads it')
    const url = await started(t, folder, 'npx', ...npx, 'squares')
    t.strictSame(await post(url, '{"input": 4}', 'application/json'), { output: 16 })
  })
})

t.test('from a checkout, without what only developers need', async (t) => {
  const folder = folderOf('checkout')
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  for (const file of files
    .split('\0')
    .filter((name) => /^(src|scripts|packages|examples\/digits)\/|^[^/]+$/.test(name)))
    cpSync(join(ROOT, file), join(folder, file))
  execFileSync('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'ignore' })
  const url = await started(t, folder, 'npm', 'start', '--')
  isThree(t, await post(url, three, 'image/png'))
})
