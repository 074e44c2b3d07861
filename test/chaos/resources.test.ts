import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { type Served, serve, until } from '../contract/serve.ts'
import { fixture } from '../fixtures/index.ts'
import { allRight, post, startLoad } from './load.ts'
import { AT_ONCE, anyWorker, replaced, SHORT, stateOf } from './server.ts'

t.jobs = AT_ONCE

/** A file system of 64 KB, or, where nothing may be mounted, a folder in which nothing can be written. */
const smallFolder = (t: Test): string => {
  const folder = mkdtempSync('/tmp/chaos-')
  t.teardown(() => rmdirSync(folder))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder], { stdio: 'ignore' })
  } catch {
    return '/proc'
  }
  t.teardown(() => execFileSync('umount', [folder]))
  return folder
}

/** Writes until nothing more fits. */
const fill = (folder: string): void => {
  try {
    for (let i = 0; ; i += 1) writeFileSync(join(folder, `filler-${i}`), Buffer.alloc(2048))
  } catch {
    // It is full.
  }
}

/** All is well for a while, and after a worker was replaced. */
const servesRight = async (t: Test, served: Served): Promise<void> => {
  const load = await startLoad(t, served.url)
  await delay(SHORT ? 1000 : 30_000)
  const worker = anyWorker(served)
  process.kill(worker, 'SIGKILL')
  await replaced(served, worker)
  const tally = await load.stop()
  t.strictSame(tally, allRight(tally))
}

t.test('the temporary folder is full before the start: all is answered right', async (t) => {
  const folder = smallFolder(t)
  fill(folder)
  const served = await serve(['--model', fixture('add-one'), '--workers', '2', '--temp-dir', folder])
  t.teardown(() => served.stop())
  await servesRight(t, served)
})

t.test('the temporary folder is full once nginx stands in front: all is answered right', async (t) => {
  const folder = smallFolder(t)
  const settings = ['--model', fixture('add-one'), '--workers', '2', '--front', 'nginx']
  const served = await serve([...settings, ...(folder === '/proc' ? [] : ['--temp-dir', folder])])
  t.teardown(() => served.stop())
  fill(folder)
  await servesRight(t, served)
})

/** Opens connections that say nothing until one is not accepted, or is closed at once. */
const exhaust = async (served: Served): Promise<Socket[]> => {
  const port = Number(new URL(served.url).port)
  const sockets: Socket[] = []
  let refused = false
  while (!refused) {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    for (const event of ['error', 'close']) {
      socket.on(event, () => {
        refused = true
      })
    }
    await Promise.race([once(socket, 'connect').catch(() => undefined), delay(100)])
  }
  return sockets
}

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

t.test('all file descriptors are in use: once some are free the same process serves again', async (t) => {
  const served = await serve(['--model', fixture('add-one'), '--workers', '2'])
  t.teardown(() => served.stop())
  const pid = served.process.pid ?? 0
  execFileSync('prlimit', [`--pid=${pid}`, '--nofile=128:4096'])
  for (let round = 0; round < (SHORT ? 2 : 20); round += 1) {
    const sockets = await exhaust(served)
    t.ok(openFiles(pid) >= 126, 'the limit was reached')
    const worker = anyWorker(served)
    process.kill(worker, 'SIGKILL')
    await until(() => !served.workers().includes(worker))
    for (const socket of sockets) socket.destroy()
    await until(async () => (await stateOf(served)) === 'ready')
    const { status } = await post(served.url, '[[1,2,3]]')
    t.equal(status, 200)
  }
  execFileSync('prlimit', [`--pid=${pid}`, '--nofile=4096:4096'])
  await servesRight(t, served)
  t.equal(served.process.exitCode, null)
})
