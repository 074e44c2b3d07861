import { existsSync, rmSync, statSync, utimesSync } from 'node:fs'
import t from 'tap'
import { makeTempDir, removeTempDir, touch } from '../../src/server/temp-dir.ts'

t.test('a folder is made in the one that is given, and removed', async (t) => {
  const parent = t.testdir()
  const directory = makeTempDir(parent)
  t.equal(existsSync(directory), true)
  removeTempDir(directory)
  t.equal(existsSync(directory), false)
})

t.test('what is touched counts as used now, at every depth, and what has gone is no error', async (t) => {
  const directory = t.testdir({ 'model.onnx': '', nginx: { 'nginx.conf': '' } })
  const paths = ['', '/model.onnx', '/nginx', '/nginx/nginx.conf'].map((path) => directory + path)
  const longAgo = new Date(2000, 1, 1)
  for (const path of paths) utimesSync(path, longAgo, longAgo)
  touch(directory)
  for (const path of paths) {
    const { atime, mtime } = statSync(path)
    t.ok(atime > longAgo && mtime > longAgo, path)
  }
  rmSync(directory, { recursive: true })
  touch(directory)
})
