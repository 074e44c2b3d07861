import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { ROOT } from '../../fixtures/index.ts'

t.test('where only what the server needs is installed, the commands say what to install', async (t) => {
  // Outside of this checkout, whose packages would be found.
  const folder = mkdtempSync(join(tmpdir(), 'onnx-omit-dev-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const name of ['scripts', 'src', 'package.json']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  }
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(ROOT, 'node_modules/tsx'), join(folder, 'node_modules/tsx'))
  const argv = ['--import', 'tsx', 'scripts/endpoint.ts', 'plan']
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' })
  t.equal(status, 1)
  t.match(
    stderr,
    /^error: \S+ is not installed: the endpoint commands need.*\n {2}→ run npm ci, without --omit=dev\n$/,
  )
})
