import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import t, { type Test } from 'tap'
import { freePort } from '../../benchmark/lib/server.ts'
import { fixture, ROOT } from '../fixtures/index.ts'
import { skip as withoutNginx } from '../server/front/with-nginx.ts'
import { launch, PROGRAM, serve, until } from './serve.ts'

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? ''

// All other reasons are in test/worker/inspect.test.ts and test/model/folder.test.ts.
t.test('a model that cannot be loaded ends the start with a clear last line', async (t) => {
  const served = await launch(['--model', fixture('missing-operator')])
  t.equal(await served.exited, 1)
  t.match(lastLine(served.output()), /NoSuchOperator/)
  t.notMatch(served.output(), /^\s+at /m, 'no stack trace')
})

t.test('wrong settings are all reported at once', async (t) => {
  const served = await launch(['--workers', 'many', '--colour', 'blue', 'train'], {
    SAGEMAKER_BIND_TO_PORT: '99999',
  })
  t.equal(await served.exited, 2)
  for (const expected of [
    /--workers: .*"many"/,
    /--colour: unknown/,
    /train: /,
    /SAGEMAKER_BIND_TO_PORT: .*"99999"/,
  ]) {
    t.match(served.output(), expected)
  }
})

t.test('--help lists the settings and ends with 0', async (t) => {
  const served = await launch(['--help'])
  t.equal(await served.exited, 0)
  t.match(served.output(), /--max-batch-delay-ms/)
})

t.test('a port in use is named', async (t) => {
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  t.teardown(() => other.close())
  const served = await launch(['--model', fixture('add-one'), '--workers', '1', '--port', String(port)])
  t.equal(await served.exited, 1)
  t.match(lastLine(served.output()), new RegExp(`port ${port} is in use`))
})

t.test('SIGTERM during the start ends it at once', async (t) => {
  const served = await launch(['--model', fixture('add-one')])
  await until(() => served.output().includes('listening'))
  t.equal(await served.stop(), 0)
})

t.test(
  'device auto uses the CPU without a word where there is no other, and the request of the banner works when pasted',
  async (t) => {
    const served = await serve(['--model', fixture('tabular'), '--workers', '1', '--device', 'auto'])
    t.teardown(() => served.stop())
    await until(() => served.output().includes('Try it:'))
    t.notMatch(served.output(), /WARN|CUDA/)
    const line = served.output().split('Try it:')[1]?.trim() ?? ''
    t.match(execFileSync('sh', ['-c', `${line} -s -w ' %{http_code}'`], { encoding: 'utf8' }), / 200$/, line)
  },
)

t.test('too few open files end the start with the name of the limit', async (t) => {
  const command = 'ulimit -n 64; exec "$0" "$@"'
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', command, process.execPath, PROGRAM, '--model', fixture('add-one')],
    {
      encoding: 'utf8',
    },
  )
  t.equal(status, 1)
  t.match(lastLine(stderr), /`ulimit -n` allows 64 open files, and the server needs \d+/)
})

/** A checkout whose bundle is there already; the script of `npm start` is the same. */
const checkout = (t: Test): string => {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  return t.testdir({
    'package.json': JSON.stringify({ type: 'module', scripts: { start: scripts.start } }),
    scripts: { 'build.js': '' },
    dist: t.fixture('symlink', dirname(PROGRAM)),
  })
}

for (const [signal, from] of [
  ['SIGTERM', () => ROOT],
  ['SIGINT', checkout],
] as const) {
  t.test(`${signal} to npm start ends the server, not npm alone`, async (t) => {
    const port = await freePort()
    const settings = [
      '--model',
      fixture('add-one'),
      '--workers',
      '1',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
    ]
    const args = ['start', '--', ...settings]
    const npm = spawn('npm', args, { cwd: from(t), stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    // What is left over holds the pipe open: it is closed when the last one has ended.
    const ended = new Promise((resolve) => npm.once('close', resolve))
    /** It listens from before it has a model. */
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/ping`).then(
        () => true,
        () => false,
      )
    await until(answers)
    npm.stdout.resume()
    // As a shell's `kill $!` sends it; Ctrl-C goes to the whole group.
    process.kill((signal === 'SIGINT' ? -1 : 1) * (npm.pid ?? 0), signal)
    t.equal(await ended, 0)
    t.notOk(await answers())
  })
}

t.test(
  'a server that is killed takes nginx with it, and can be started again',
  { skip: withoutNginx },
  async (t) => {
    const settings = ['--model', fixture('add-one'), '--workers', '1', '--front', 'nginx']
    const port = String(await freePort())
    const first = await launch(settings, { SERVING_PORT: port })
    // Through nginx, before there is a worker.
    await until(() =>
      fetch(`${first.url}/ping`).then(
        () => true,
        () => false,
      ),
    )
    first.process.kill('SIGKILL')
    await first.exited
    const second = await serve(settings, { SERVING_PORT: port })
    t.equal(await second.stop(), 0)
  },
)
