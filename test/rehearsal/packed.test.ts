/** The command line from its package, in a folder with nothing of this checkout: a model becomes an endpoint of a rehearsal. */

import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { ROOT } from '../fixtures/index.ts'
import { stage } from '../scripts/with-rehearsal.ts'

const NAME = 'onnx-serving-endpoint'

const folder = mkdtempSync(join(tmpdir(), 'packed-'))
t.teardown(() => rmSync(folder, { recursive: true }))

const npm = (args: string[], cwd: string) => execFileSync('npm', args, { cwd, encoding: 'utf8' })

npm(['run', '--silent', 'build', '--workspace', NAME], ROOT)
const [{ filename }] = JSON.parse(
  npm(['pack', '--json', '--workspace', NAME, '--pack-destination', folder], ROOT),
)
writeFileSync(join(folder, 'package.json'), '{ "private": true }')
npm(['install', '--no-audit', '--no-fund', join(folder, filename)], folder)

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
  t.match(await run('delete', '--yes'), /^squares is deleted/)
  t.equal(rehearsal.store.endpoints.size, 0)
})

t.test('what needs a checkout says so', async (t) => {
  await t.rejects(run('build'), { code: 2, stderr: /there is no .*\/Dockerfile .*\n {2}→ name a checkout/ })
})
